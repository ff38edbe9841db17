"""Every query of cases, each with a name."""
