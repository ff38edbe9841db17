"""The counter of matching: one line of work an endpoint."""
