"""What a provider vouches for until a day: its listings are warned of before, and suspended after it.

One timer for a provider and a day, however many listings name it: a department's file has a hundred thousand.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.matching.repository import giving as repository
from shared.kit.clock import SHANGHAI, now
from shared.kit.feed.log import announce
from shared.kit.timers import Timer, set_timer, timers_of
from shared.schemas.facts.matching import AssuranceEnding
from shared.schemas.vocabulary import ResourceStatus

WARN: Final = "warn_of_assurance"
SUSPEND: Final = "suspend_stale_listings"
WARNED_BEFORE: Final = timedelta(days=14)
WARNED_AT: Final = time(9, tzinfo=SHANGHAI)
PIECE: Final = 500


async def watch(session: AsyncSession, provider: str, days: Iterable[date | None]) -> None:
    """Set the timers of these last days, where they are not set; the provider is held."""
    for day in sorted({day for day in days if day is not None}):
        ends = datetime.combine(day + timedelta(days=1), time(0, tzinfo=SHANGHAI))
        warned = datetime.combine(day - WARNED_BEFORE, WARNED_AT)
        # Too late for a warning by itself: whoever lists it then knows the day.
        wanted = ((WARN, warned), (SUSPEND, ends)) if warned > now(session) else ((SUSPEND, ends),)
        for kind, due in wanted:
            subject = f"{provider}:{day}"
            if not await timers_of(session, subject, kind=kind):
                await set_timer(session, kind, subject, due=due, provider=provider, day=day.isoformat())


async def warn(session: AsyncSession, timer: Timer) -> None:
    """Tell the provider how many of its listings end in a fortnight."""
    provider, day = _of(timer.payload)
    await repository.hold_provider(session, provider)
    count = await repository.count_assured_until(session, provider, day)
    if count:
        announce(session, AssuranceEnding(provider=provider, assured_until=day, listings=count))


async def suspend(session: AsyncSession, timer: Timer) -> None:
    """Suspend what is vouched for no longer, some at a time, until there is none."""
    provider, day = _of(timer.payload)
    await repository.hold_provider(session, provider)
    stale = await repository.assured_until(session, provider, day, limit=PIECE)
    for resource in stale:
        resource.status, resource.updated_at = ResourceStatus.SUSPENDED, now(session)
        resource.version += 1
        announce(session, resource.changed())
    if len(stale) == PIECE:
        await set_timer(session, SUSPEND, timer.subject, due=now(session), **timer.payload)


def _of(payload: dict[str, Any]) -> tuple[str, date]:
    return payload["provider"], date.fromisoformat(payload["day"])
