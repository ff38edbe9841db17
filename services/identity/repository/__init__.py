"""Every query of identity, each with a name."""
