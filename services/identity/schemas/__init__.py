"""Forms of identity: what callers send and what they see."""
