"""The counters of identity."""
