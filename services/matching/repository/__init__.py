"""Every query of matching, each with a name."""
