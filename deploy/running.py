"""A note of what runs where, so that other commands find it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.environment import Addresses, container_environment, service_environment
from deploy.home import Home
from deploy.postgres import Cluster
from deploy.refusals import Refusal

NOTE = "running.json"


class NotRunning(Refusal):
    """No platform runs from this folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"No platform runs from {folder}: start it with `make run`, or name its folder in FUZHOU_HOME."
        )


def write_running(folder: Path, addresses: Mapping[str, Any]) -> None:
    """Note the addresses; they hold no secret."""
    (folder / NOTE).write_text(json.dumps(addresses))


def forget_running(folder: Path) -> None:
    """Remove the note."""
    (folder / NOTE).unlink(missing_ok=True)


def running(folder: Path) -> Addresses:
    """Where everything is.

    Raises:
        NotRunning: there is no note.
    """
    try:
        return Addresses(**json.loads((folder / NOTE).read_text()))
    except FileNotFoundError:
        raise NotRunning(folder) from None


def cluster_of(home: Home) -> Cluster:
    """The database of the copy that runs here, to ask for its addresses.

    Raises:
        NotRunning: none runs.
    """
    return Cluster(home.postgres, port=running(home.folder).postgres, passwords=home.secrets.passwords())


def told(service: str, home: Home) -> dict[str, str]:
    """What a service is told where this process is: in its container, else on the machine that runs here.

    Raises:
        NotRunning: neither is so.
    """
    in_container = container_environment(service, home)
    return in_container or service_environment(service, home, cluster_of(home), running(home.folder))
