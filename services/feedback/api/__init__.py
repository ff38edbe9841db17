"""The counter of feedback."""
