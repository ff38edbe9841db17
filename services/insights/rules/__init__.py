"""How things are counted: pure functions and tables."""
