"""Brings the services' tables up to date; safe to repeat, and two copies wait for each other."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from alembic import command
from alembic.config import Config

from deploy.places import ROOT


def configuration(service: str, url: str) -> Config:
    """Alembic's configuration for one service; the one `env.py` serves all."""
    config = Config()
    config.set_main_option("script_location", _plain(ROOT / "shared" / "kit" / "migrations"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", _plain(ROOT / "services" / service / "migrations"))
    config.attributes["url"] = url
    config.attributes["service"] = service
    return config


def migrate(service: str, url: str, *, revision: str = "head") -> None:
    """Migrate one service's database, as its owner; not inside a running loop, for Alembic brings its own."""
    command.upgrade(configuration(service, url), revision)


def migrate_all(urls: Mapping[str, str], services: Iterable[str]) -> None:
    """Migrate several; the first that fails stops the rest."""
    for service in services:
        migrate(service, urls[service])


def _plain(path: Path) -> str:
    """Alembic's options are interpolated, and a path may hold a percent sign."""
    return str(path).replace("%", "%%")
