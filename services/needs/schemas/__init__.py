"""The forms that callers of needs send and see."""
