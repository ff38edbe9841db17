"""The one clock of a transaction, and the one place that knows the time zone.

SQL never asks for the time: a request, a fact or a timer brings its own, so that a year can be played
through the interfaces and every row of one transaction carries the same moment.
"""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

# China keeps one zone and has had no summer time since 1991, so a fixed offset needs no zone files.
SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")


def wall_clock() -> datetime:
    """The machine's time; only the edge of a transaction reads it."""
    return datetime.now(UTC)


def now(session: AsyncSession) -> datetime:
    """The moment of this transaction (aware, any offset)."""
    moment: datetime = session.info["now"]
    return moment


def today(session: AsyncSession) -> date:
    """The calendar day in Fuzhou at the moment of this transaction."""
    return local_day(now(session))


def local_day(moment: datetime) -> date:
    """The calendar day that people in Fuzhou would write for a moment."""
    return moment.astimezone(SHANGHAI).date()
