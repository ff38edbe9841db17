"""The forms that callers of cases send and see."""
