"""The verbs of insights: keep what others say, and count it."""
