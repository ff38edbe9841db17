"""Accounts made on the machine itself: the first administrator, and a way back in where nobody else can give one."""

import asyncio
import os

from deploy.environment import container_environment, service_environment
from deploy.home import Home
from deploy.postgres import Cluster
from deploy.refusals import Refusal
from deploy.running import NotRunning, running


class CannotMake(Refusal):
    """The account cannot be made, or is not there to be helped."""


def first_account(name: str) -> str:
    """A new administrator of the whole city; the address of the one-time link by which its password is set.

    Raises:
        CannotMake: the name is taken, or is no name for an account.
        NotRunning: there is no database to write it into.
    """
    return _ask("first_administrator", name)


def fresh_link(name: str) -> str:
    """A one-time link for an account that is there; earlier ones are good no more, a lost second factor is renewed.

    Raises:
        CannotMake: there is no such active account.
        NotRunning: there is no database to find it in.
    """
    return _ask("fresh_link", name)


def retell() -> int:
    """Tell everybody of the accounts whose facts do not say what they may do; how many.

    Raises:
        NotRunning: there is no database to read them in.
    """
    home = Home.from_environment()
    _open(home)
    from services.identity.service import retelling
    from services.identity.settings import Settings

    try:
        return asyncio.run(retelling.retell(Settings()))
    except OSError as away:
        raise NotRunning(home.folder) from away


def _ask(act: str, name: str) -> str:
    home = Home.from_environment()
    _open(home)
    from services.identity.errors import NoSuchAccount
    from services.identity.service import first
    from services.identity.settings import Settings
    from shared.kit.errors import Problem

    try:
        return str(asyncio.run(getattr(first, act)(Settings(), name)))
    except NoSuchAccount as unknown:
        raise CannotMake(str(unknown)) from unknown
    except Problem as refused:
        raise CannotMake(f"{refused.detail}\n{refused.detail_zh}") from refused
    except OSError as away:
        raise NotRunning(home.folder) from away


def _open(home: Home) -> None:
    """Let the settings of identity be found where it runs."""
    for key, value in _environment(home).items():
        os.environ.setdefault(key, value)


def _environment(home: Home) -> dict[str, str]:
    """Where identity's database and keys are: of the container, else of the copy that runs here."""
    in_container = container_environment("identity", home)
    if in_container:
        return in_container
    addresses = running(home.folder)
    cluster = Cluster(home.postgres, port=addresses.postgres, passwords=home.secrets.passwords())
    return service_environment("identity", home, cluster, addresses)
