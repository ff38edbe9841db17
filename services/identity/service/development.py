"""A token for whoever sits at the machine, so that every example can be tried; outside production only."""

import time
from typing import Any

from services.identity.rules.second_factor import code_at, step_of
from services.identity.service.tokens import token_for_account
from services.identity.settings import Settings
from shared.kit.database import Context, Database

# Known to everybody, and therefore worth nothing in production, which lets no sample account in.
SAMPLE_PASSWORD = "fuzhou-2026-trial"  # noqa: S105
SAMPLE_FACTOR = "FUZHOUTRYITOUTFUZHOUTRYITOUT2345"
OFTEN_TRIED = ("head-361002100", "hotline", "officer-health", "county-manager-361002", "city-manager", "administrator")
DEVELOPMENT = Context(actor="development", machine="identity.development")


def trying(settings: Settings) -> dict[str, Any] | None:
    """What the sign-in page tells whoever tries the platform out: never in production."""
    if settings.is_production:
        return None
    code = code_at(SAMPLE_FACTOR, step_of(time.time()))
    return {"password": SAMPLE_PASSWORD, "code": code, "accounts": OFTEN_TRIED}


async def token(settings: Settings, account: str) -> str:
    """A fresh access token for an account, without its password.

    Raises:
        NoSuchAccount: there is no active account of this name.
        SampleAccountRefused: this is production.
    """
    database = Database.at(settings.database_url.get_secret_value(), pool_size=1)
    database.memory["settings"] = settings
    try:
        async with database.work(DEVELOPMENT) as session:
            return (await token_for_account(session, account)).access_token
    finally:
        await database.close()
