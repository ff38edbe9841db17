"""The trail sealed: batches of audit entries in a hash chain, whose seals another service holds."""
