"""Where `fuzhou migrate` finds the databases: named by the environment, made by the superuser, or of a running copy."""

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from deploy import databases
from deploy.environment import for_sqlalchemy, owner_url
from deploy.home import Home
from deploy.postgres import SUPERUSER
from deploy.refusals import Refusal
from deploy.running import cluster_of


class ServerAway(Refusal):
    """The database server that was named does not answer."""

    def __init__(self, url: str) -> None:
        place = urlsplit(url).netloc.rpartition("@")[2]
        super().__init__(f"No database server answers at {place}: start it, or correct FUZHOU_SUPERUSER_URL.")


async def migration_urls(services: Sequence[str], home: Home) -> dict[str, str]:
    """Each service's database, as its owner.

    Raises:
        ServerAway: the server that FUZHOU_SUPERUSER_URL names does not answer.
        NotRunning: nothing names the databases, and no copy runs here.
    """
    superuser = _superuser_url()
    if superuser is not None:
        try:
            home.secrets.complete(may_be_new=not await databases.are_made(superuser, services))
            await databases.prepare(superuser, services, password_of=home.secrets.password_of)
        except ConnectionError as away:
            raise ServerAway(superuser) from away
        return {service: _as_owner(superuser, service, home) for service in services}
    named = {service: os.environ.get(f"{service.upper()}_OWNER_DATABASE_URL") for service in services}
    given = {service: url for service, url in named.items() if url}
    return given if len(given) == len(services) else _of_running(services, home) | given


def _superuser_url() -> str | None:
    """FUZHOU_SUPERUSER_URL; its password may lie in a file, where no list of processes or containers shows it."""
    url, file = os.environ.get("FUZHOU_SUPERUSER_URL"), os.environ.get("FUZHOU_SUPERUSER_PASSWORD_FILE")
    if url is None or file is None:
        return url
    return _as(urlsplit(url).username or SUPERUSER, Path(file).read_text().strip(), url)


def _as_owner(superuser_url: str, service: str, home: Home) -> str:
    role = databases.owner(service)
    url = _as(role, home.secrets.password_of(role), superuser_url)
    return for_sqlalchemy(urlunsplit(urlsplit(url)._replace(path=f"/{service}")))


def _as(role: str, password: str, url: str) -> str:
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{role}:{quote(password, safe='')}@{place}"))


def _of_running(services: Sequence[str], home: Home) -> dict[str, str]:
    cluster = cluster_of(home)
    return {service: owner_url(service, cluster) for service in services}
