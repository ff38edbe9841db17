"""Accounts of which nobody was told what they may do: their facts are from before that was said, and are told anew."""

from typing import Final

from services.identity.repository import accounts
from services.identity.service.seed import SEED
from services.identity.settings import Settings
from shared.kit.database import Database
from shared.kit.feed.log import announce

PIECE: Final = 200


async def retell(settings: Settings) -> int:
    """Tell of each such account as it is now; how many. Each was told then, so doing it again tells nothing."""
    database = Database.at(settings.database_url.get_secret_value(), pool_size=1)
    told = 0
    try:
        while piece := await _piece(database):
            told += piece
    finally:
        await database.close()
    return told


async def _piece(database: Database) -> int:
    async with database.work(SEED) as session:
        untold = await accounts.untold(session, limit=PIECE)
        announce(session, *(account.changed() for account in untold))
        return len(untold)
