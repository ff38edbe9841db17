"""The law of needs: tables and pure functions that a social worker could read."""
