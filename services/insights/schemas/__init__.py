"""Forms that callers of insights see."""
