"""What insights announces: nothing. It listens and counts, and nobody waits for its word."""
