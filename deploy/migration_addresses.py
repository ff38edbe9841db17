"""Where `fuzhou migrate` finds the databases: named by the environment, made by the superuser, or of a running copy."""

import os
from collections.abc import Sequence
from urllib.parse import quote, urlsplit, urlunsplit

from deploy import databases
from deploy.environment import for_sqlalchemy, owner_url
from deploy.home import Home
from deploy.postgres import Cluster
from deploy.running import running


async def migration_urls(services: Sequence[str], home: Home) -> dict[str, str]:
    """Each service's database, as its owner."""
    superuser = os.environ.get("FUZHOU_SUPERUSER_URL")
    if superuser is not None:
        home.secrets.complete(may_be_new=not await databases.are_made(superuser, services))
        await databases.prepare(superuser, services, password_of=home.secrets.password_of)
        return {service: _as_owner(superuser, service, home) for service in services}
    named = {service: os.environ.get(f"{service.upper()}_OWNER_DATABASE_URL") for service in services}
    given = {service: url for service, url in named.items() if url}
    return given if len(given) == len(services) else _of_running(services, home) | given


def _as_owner(superuser_url: str, service: str, home: Home) -> str:
    parts = urlsplit(superuser_url)
    role = databases.owner(service)
    place = parts.netloc.rpartition("@")[2]
    credentials = f"{role}:{quote(home.secrets.password_of(role), safe='')}"
    return for_sqlalchemy(urlunsplit(parts._replace(netloc=f"{credentials}@{place}", path=f"/{service}")))


def _of_running(services: Sequence[str], home: Home) -> dict[str, str]:
    cluster = Cluster(home.postgres, port=running(home.folder).postgres, passwords=home.secrets.passwords())
    return {service: owner_url(service, cluster) for service in services}
