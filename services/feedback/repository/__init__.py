"""Questions to the database, each with a name."""
