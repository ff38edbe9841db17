"""A token for a person who tries the platform out; refused in production."""

import asyncio
import os

from deploy.environment import container_environment, service_environment
from deploy.home import Home
from deploy.postgres import Cluster
from deploy.refusals import Refusal
from deploy.running import NotRunning, running


class NoTokenInProduction(Refusal):
    """In production, tokens come from identity alone."""

    def __init__(self) -> None:
        super().__init__("`fuzhou token` works outside production only; sign in at identity instead.")


class UnknownAccount(Refusal):
    """No active account has this name."""

    def __init__(self, account: str) -> None:
        super().__init__(
            f"There is no active account {account!r}. `hotline` answers the hotline, `head-361002100` heads a station,"
            " `officer-health` is a department's; `administrator` may list them all at /identity/v1/accounts."
        )


def token_for(account: str) -> str:
    """A fresh access token for a development account, ten minutes long.

    Raises:
        NoTokenInProduction: FUZHOU_ENVIRONMENT is production.
        NotRunning: there is no database to find the account in.
        UnknownAccount: it is not there.
    """
    if os.environ.get("FUZHOU_ENVIRONMENT", "development") == "production":
        raise NoTokenInProduction
    home = Home.from_environment()
    for name, value in _environment(home).items():
        os.environ.setdefault(name, value)
    from services.identity.errors import NoSuchAccount

    try:
        return asyncio.run(_ask(account))
    except NoSuchAccount as unknown:
        raise UnknownAccount(account) from unknown
    except OSError as away:
        raise NotRunning(home.folder) from away


def _environment(home: Home) -> dict[str, str]:
    """Where identity's database and signing key are: of the container, else of the copy that runs here."""
    in_container = container_environment("identity", home)
    if in_container:
        return {"FUZHOU_ENVIRONMENT": "development"} | in_container
    addresses = running(home.folder)
    cluster = Cluster(home.postgres, port=addresses.postgres, passwords=home.secrets.passwords())
    return service_environment("identity", home, cluster, addresses)


async def _ask(account: str) -> str:
    from services.identity.service.development import token
    from services.identity.settings import Settings

    return await token(Settings(), account)
