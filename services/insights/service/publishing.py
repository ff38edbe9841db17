"""What is published beyond a county: each month once, on the day after it ends, for everybody alike."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.repository import mapping as repository
from services.insights.rules.months import month_of, months
from services.insights.rules.suppression import LEAST_SHOWN, publish
from services.insights.service.areas import townships_in
from services.insights.service.mapping import Place, places
from shared.kit.clock import local_day, now
from shared.kit.reference import reference
from shared.kit.timers import Timer, set_timer, timers_of

PUBLISH: Final = "publish_month"
# By then the month's last facts have arrived.
AFTER_THE_MONTH: Final = timedelta(minutes=30)


async def publish_later(session: AsyncSession, registered_at: datetime) -> None:
    """When a month is over in which anybody asked, it is published."""
    month = month_of(registered_at)
    if not await timers_of(session, month, kind=PUBLISH):
        await set_timer(session, PUBLISH, month, due=months(month, month).until + AFTER_THE_MONTH)


async def publish_month(session: AsyncSession, timer: Timer) -> None:
    """Publish a month's figures of every county and township; once, so that nothing is learnt by reading twice."""
    month = timer.subject
    if await repository.published(session, month):
        return
    found = await places(session, months(month, month))
    by_county: dict[str, dict[str, int]] = {}
    for row in townships_in(await reference(session), ("",), local_day(now(session))):
        by_county.setdefault(row.code[:6], {})[row.code] = found[row.code].need
    cells: list[dict[str, Any]] = []
    for county, counts in by_county.items():
        shown = publish(counts)
        for code, need in ((county, shown.total), *shown.townships.items()):
            cells.append({"division": code, "need": need, **_judged(found[code], is_shown=need is not None)})
    await repository.add_published(session, month, cells, at=now(session))


def _judged(place: Place, *, is_shown: bool) -> dict[str, float | None]:
    """What is told of how it went: only where the count is told, and of five people at least."""
    return {
        "response_p90": place.response_p90 if is_shown and place.contacted >= LEAST_SHOWN else None,
        "satisfaction": place.satisfaction if is_shown and place.answered >= LEAST_SHOWN else None,
    }
