"""The forms that callers of matching send and see."""
