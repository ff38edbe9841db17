"""The counter of cases: one line of work an endpoint."""
