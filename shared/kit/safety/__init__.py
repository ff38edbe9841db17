"""Safe by default: in production, a service with a setting that opens a door does not start, and says the remedy."""
