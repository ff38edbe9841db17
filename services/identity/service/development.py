"""A token for whoever sits at the machine, so that every example can be tried; outside production only."""

from services.identity.service.tokens import token_for_account
from services.identity.settings import Settings
from shared.kit.database import Context, Database

DEVELOPMENT = Context(actor="development", machine="identity.development")


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
