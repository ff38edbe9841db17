"""A token for a person who tries the platform out; refused in production."""

import os
from importlib import import_module

from deploy.home import Home
from deploy.refusals import Refusal


class NoTokenInProduction(Refusal):
    """In production, tokens come from identity alone."""

    def __init__(self) -> None:
        super().__init__("`fuzhou token` works outside production only; sign in at identity instead.")


def token_for(account: str) -> str:
    """An access token for a development account.

    Raises:
        NoTokenInProduction: FUZHOU_ENVIRONMENT is production.
    """
    if os.environ.get("FUZHOU_ENVIRONMENT", "development") == "production":
        raise NoTokenInProduction
    os.environ.setdefault("FUZHOU_SIGNING_KEY_FILE", str(Home.from_environment().secrets.signing_key_file))
    issue = import_module("services.identity.development").token_for
    token: str = issue(account)
    return token
