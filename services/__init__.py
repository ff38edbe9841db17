"""The services: each in its own process, with its own database. None imports another."""
