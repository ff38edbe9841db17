"""Facts: an append-only log in the writer's own transaction, read by others as a feed, each taking effect once."""
