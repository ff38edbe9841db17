"""Which area somebody asks about, and which places lie in it."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.errors import MonthsTurnedRound
from services.insights.rules.months import Period, month_of, months
from shared.kit.clock import now
from shared.kit.database import EVERYWHERE
from shared.kit.errors import NotFound
from shared.kit.reference import Snapshot
from shared.schemas.reference import Division
from shared.schemas.vocabulary import DivisionLevel

MOST_MONTHS = 120
# Why exact figures are read, which may be of very few people.
PLANNING: Final = "planning"


def own_areas(session: AsyncSession) -> tuple[str, ...]:
    """The prefixes that the caller reaches; the empty one covers everything."""
    return tuple("" if code == EVERYWHERE else code for code in session.info["context"].divisions)


def require_area(session: AsyncSession, division: str | None) -> tuple[str, ...]:
    """The prefixes that are asked about.

    Raises:
        NotFound: the area is not the caller's to see, or they have none.
    """
    own = own_areas(session)
    if not own or (division is not None and not division.startswith(own)):
        raise NotFound
    return own if division is None else (division,)


def require_period(session: AsyncSession, first: str | None, last: str | None) -> tuple[str, str, Period]:
    """The months that are asked about: this year's up to now, where nothing is said."""
    this_month = month_of(now(session))
    last = last or max(this_month, first or "")
    first = first or f"{last[:4]}-01"
    if first > last or int(last[:4]) - int(first[:4]) > MOST_MONTHS // 12:
        raise MonthsTurnedRound
    return first, last, months(first, last)


def townships_in(snapshot: Snapshot, areas: Sequence[str], day: date) -> list[Division]:
    """The townships of an area that have a station of their own by law, by their code."""
    rows = _townships(snapshot, day)
    return [row for row in rows if row.code.startswith(tuple(areas))]


def _townships(snapshot: Snapshot, day: date) -> list[Division]:
    def make(rows: Snapshot) -> list[Division]:
        found = rows.all(Division, Division.table, day)
        return sorted((row for row in found if row.level is DivisionLevel.TOWNSHIP), key=lambda row: row.code)

    made: list[Division] = snapshot.made(("townships", day), make)
    return made
