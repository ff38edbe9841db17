"""What each service is told when all run on one machine: addresses, files of secrets, and its own database."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from deploy.addresses import BUILT, DOOR_PORT, internal_port, public_port
from deploy.databases import app, owner
from deploy.home import Home
from deploy.ports import LOOPBACK
from deploy.postgres import FIRST_PORT, Cluster

# What a child may inherit; the rest of the caller's environment is none of its business.
INHERITED = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TZ",
    "FUZHOU_CLOCK",
    "FUZHOU_ENVIRONMENT",
    "FUZHOU_FILE_MAX_BYTES",
    "FUZHOU_MOST_AT_ONCE",
    "FUZHOU_PROVIDER_FILE",
    "FUZHOU_SAMPLE",
    "FUZHOU_WAIT_SECONDS",
    "FUZHOU_WAIT_SECONDS_WHEN_BUSY",
    "PYTHONPATH",
)

# Who makes links for people: in messages, on pages.
PUBLIC_ADDRESS = ("NEEDS_PUBLIC_ADDRESS", "FEEDBACK_PUBLIC_ADDRESS", "CONSOLE_PUBLIC_ADDRESS")


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """The ports that were really opened."""

    door: int
    postgres: int
    public: Mapping[str, int]
    internal: Mapping[str, int]

    @classmethod
    def usual(cls) -> "Addresses":
        return cls(
            door=DOOR_PORT,
            postgres=FIRST_PORT,
            public={name: public_port(name) for name in BUILT},
            internal={name: internal_port(name) for name in BUILT},
        )


def service_environment(service: str, home: Home, cluster: Cluster, addresses: Addresses) -> dict[str, str]:
    """The whole environment of one service."""
    environment = inherited() | {
        "FUZHOU_HOME": str(home.folder),
        "FUZHOU_KEYS_FILE": str(home.secrets.keys_file),
        "FUZHOU_CLIENT_SECRET_FILE": str(home.secrets.client_secret_file(service)),
        "FUZHOU_ISSUER": f"http://{LOOPBACK}:{addresses.door}/identity",
        "FUZHOU_IDENTITY_URL": _url(addresses.public.get("identity", public_port("identity"))),
        "FUZHOU_NEEDS_URL": _url(addresses.public.get("needs", public_port("needs"))),
        "FUZHOU_PEERS": json.dumps({name: _url(port) for name, port in addresses.internal.items()}),
        f"{service.upper()}_DATABASE_URL": for_sqlalchemy(cluster.url(service, app(service))),
    }
    # What links in messages begin with.
    environment |= dict.fromkeys(PUBLIC_ADDRESS, _url(addresses.door))
    environment["FUZHOU_SERVICES"] = json.dumps({name: _url(port) for name, port in addresses.public.items()})
    return environment | _for_identity(service, home)


def door_environment(addresses: Addresses) -> dict[str, str]:
    """Where the front door listens and what stands behind it."""
    upstreams = {f"FUZHOU_{name.upper()}_UPSTREAM": f"{LOOPBACK}:{port}" for name, port in addresses.public.items()}
    return inherited() | upstreams | {"FUZHOU_DOOR": f":{addresses.door}"}


def container_environment(service: str, home: Home) -> dict[str, str]:
    """The defaults where each service has a machine of its own: the database is at FUZHOU_DATABASE_ADDRESS."""
    address = os.environ.get("FUZHOU_DATABASE_ADDRESS")
    if address is None:
        return {}
    role = app(service)
    environment = {
        "FUZHOU_KEYS_FILE": str(home.secrets.keys_file),
        "FUZHOU_CLIENT_SECRET_FILE": str(home.secrets.client_secret_file(service)),
        # One name for each listener, so that the door's network never meets what is internal.
        "FUZHOU_IDENTITY_URL": f"http://identity-public:{public_port('identity')}",
        "FUZHOU_NEEDS_URL": f"http://needs-public:{public_port('needs')}",
        "FUZHOU_PEERS": json.dumps({name: f"http://{name}-internal:{internal_port(name)}" for name in BUILT}),
        "FUZHOU_SERVICES": json.dumps({name: f"http://{name}-public:{public_port(name)}" for name in BUILT}),
        f"{service.upper()}_DATABASE_URL": (
            f"postgresql+asyncpg://{role}:{quote(home.secrets.password_of(role), safe='')}@{address}/{service}"
        ),
    }
    return environment | _for_identity(service, home)


def _for_identity(service: str, home: Home) -> dict[str, str]:
    if service != "identity":
        return {}
    return {
        "FUZHOU_SIGNING_KEY_FILE": str(home.secrets.signing_key_file),
        "FUZHOU_CLIENT_SECRETS_FOLDER": str(home.secrets.clients),
    }


def owner_url(service: str, cluster: Cluster) -> str:
    """The database as migrations see it."""
    return for_sqlalchemy(cluster.url(service, owner(service)))


def for_sqlalchemy(url: str) -> str:
    """The same address with the driver that SQLAlchemy is to use."""
    return url.replace("postgresql://", "postgresql+asyncpg://", 1)


def inherited() -> dict[str, str]:
    """The part of this process's environment that children get; development unless it says otherwise."""
    kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return {"FUZHOU_ENVIRONMENT": "development", **kept}


def _url(port: int) -> str:
    return f"http://{LOOPBACK}:{port}"
