"""Every query of needs, each with a name."""
