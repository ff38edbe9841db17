"""Migrations: one environment for all services; each keeps its dated revisions in its own `migrations/`."""

from typing import Final

# Said before anything is changed. Whoever waits for a table keeps everybody behind them waiting too, so a migrator
# waits a second and begins again later; and no statement runs so long that nobody knows any more what it does.
BEFORE: Final = ("SET lock_timeout = '1s'", "SET statement_timeout = '10min'")
