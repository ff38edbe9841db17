"""The verbs of matching, one for each thing that somebody does or that happens."""
