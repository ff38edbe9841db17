"""Migrations: one environment for all services; each keeps its dated revisions in its own `migrations/`."""
