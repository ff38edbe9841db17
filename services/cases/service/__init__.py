"""The verbs of cases, one for each thing that somebody does or that happens."""
