"""Forms: what callers send and what they see."""
