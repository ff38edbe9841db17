"""The verbs of needs, one for each thing that somebody does or that happens."""
