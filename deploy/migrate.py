"""Brings the services' tables up to date; safe to repeat, and two copies wait for each other."""

import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy.exc import DBAPIError

from deploy.places import ROOT
from deploy.refusals import Refusal

# What PostgreSQL answers when a lock was not given within `lock_timeout`.
LOCK_NOT_GIVEN: Final = "55P03"
TRIES: Final = 8
PAUSE_SECONDS: Final = 2.0


class TableHeld(Refusal):
    """Somebody works so long on a table that it cannot be changed beside them."""

    def __init__(self, service: str) -> None:
        super().__init__(
            f"Some transaction holds a table of {service} that is to be changed; nothing was changed half."
            " Look for it in pg_stat_activity (a long report, a backup?), let it end, and run `fuzhou migrate` again."
        )


def configuration(service: str, url: str) -> Config:
    """Alembic's configuration for one service; the one `env.py` serves all."""
    config = Config()
    config.set_main_option("script_location", _plain(ROOT / "shared" / "kit" / "migrations"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", _plain(ROOT / "services" / service / "migrations"))
    config.attributes["url"] = url
    config.attributes["service"] = service
    return config


def migrate(service: str, url: str, *, revision: str = "head", tries: int = TRIES) -> None:
    """Migrate one service's database, as its owner; not inside a running loop, for Alembic brings its own.

    Raises:
        TableHeld: a table stayed locked by somebody else; what came before it is done and stays.
    """
    for _ in range(tries):
        try:
            command.upgrade(configuration(service, url), revision)
        except DBAPIError as trouble:
            if getattr(trouble.orig, "sqlstate", None) != LOCK_NOT_GIVEN:
                raise
            time.sleep(PAUSE_SECONDS)
        else:
            return
    raise TableHeld(service)


def migrate_all(urls: Mapping[str, str], services: Iterable[str]) -> None:
    """Migrate several; the first that fails stops the rest."""
    for service in services:
        migrate(service, urls[service])


def _plain(path: Path) -> str:
    """Alembic's options are interpolated, and a path may hold a percent sign."""
    return str(path).replace("%", "%%")
