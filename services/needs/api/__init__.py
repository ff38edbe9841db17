"""The counter of needs: one line of work an endpoint."""
