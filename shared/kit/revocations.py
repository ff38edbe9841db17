"""Tokens that were called back before their end: heard of as a fact, refused by every worker within seconds.

A token cannot be unsaid, so each service keeps whose tokens are good no more, and until when they were given. The
worker that hears of it knows at once; the others of the same service look every two seconds.
"""

import asyncio
from collections.abc import MutableMapping
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from shared.kit.clock import wall_clock
from shared.kit.database import Context, Database
from shared.kit.feed.ears import listens
from shared.kit.promises import Promise
from shared.kit.standing import Codes, Subjects
from shared.kit.tables import MOMENT, KitTable
from shared.schemas.facts.identity import AccessRevoked

log = structlog.get_logger()
LOOK_EVERY_SECONDS: Final = 2.0
# No token lives longer, so what was called back before needs no memory.
REMEMBERED: Final = timedelta(minutes=15)
# Between its being looked at and its being forgotten.
MARGIN: Final = timedelta(minutes=1)
MEMORY: Final = "revoked"

Revoked = MutableMapping[str, float]


class RevokedAccess(KitTable):
    """An account, or one session of it, whose tokens given until `before` are good no more."""

    __tablename__ = "revoked_access"

    holder: Mapped[str] = mapped_column(primary_key=True)
    before: Mapped[datetime] = mapped_column(MOMENT)


@listens(AccessRevoked)
async def refuse_tokens(session: AsyncSession, fact: AccessRevoked) -> None:
    """Keep what was called back, and know it in this process as soon as it is committed."""
    holder = str(fact.session_id or fact.account)
    await session.execute(delete(RevokedAccess).where(RevokedAccess.before < wall_clock() - REMEMBERED))
    statement = insert(RevokedAccess).values(holder=holder, before=fact.before)
    latest = func.greatest(RevokedAccess.before, statement.excluded.before)
    await session.execute(statement.on_conflict_do_update(index_elements=["holder"], set_={"before": latest}))
    known: Revoked = session.info["memory"].setdefault(MEMORY, {})
    session.info["after_commit"].append(lambda: learn(known, holder, fact.before))


def learn(known: Revoked, holder: str, before: datetime) -> None:
    """Only ever later: facts may be heard again."""
    known[holder] = max(known.get(holder, 0.0), before.timestamp())


async def look(service: str, database: Database) -> None:
    """Read what other workers heard, and forget what no token can outlive."""
    known: Revoked = database.memory.setdefault(MEMORY, {})
    since = wall_clock() - REMEMBERED
    async with database.work(Context(actor=f"{service}.revocations", machine=f"{service}.revocations")) as session:
        rows = await session.execute(
            select(RevokedAccess.holder, RevokedAccess.before).where(RevokedAccess.before >= since)
        )
        for holder, before in rows:
            learn(known, holder, before)
    for holder in [holder for holder, before in known.items() if before < since.timestamp()]:
        del known[holder]


async def keep_looking(service: str, database: Database) -> None:
    """Look until cancelled."""
    while True:
        try:
            await look(service, database)
        except Exception as trouble:  # noqa: BLE001 -- any trouble is written down and waited out
            log.warning("revocations_wait", trouble=type(trouble).__name__)
        await asyncio.sleep(LOOK_EVERY_SECONDS)


def _kept() -> Subjects:
    return select(RevokedAccess.holder.label("id"), RevokedAccess.before)


def _forgotten(theirs: Codes | None, ours: Codes | None) -> str | None:
    """What can still be shown must be held, for as long as it was called back for; what no token outlives may go."""
    if theirs is None or datetime.fromisoformat(theirs["before"]) < wall_clock() - REMEMBERED + MARGIN:
        return None
    held = datetime.fromisoformat(ours["before"]) if ours is not None else None
    is_held = held is not None and held >= datetime.fromisoformat(theirs["before"])
    return None if is_held else "not held"


HELD_EVERYWHERE = Promise(
    name="kit.revocations_are_held", theirs="identity.revocation", ours=_kept, judge=_forgotten, replays="account"
)
