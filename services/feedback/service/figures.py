"""The rates, with their numbers; who may have handled something sees none that would tell who said what."""

from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.feedback.repository import rates as repository
from services.feedback.repository import surveys as surveys_repository
from services.feedback.repository import voices as voices_repository
from services.feedback.rules.periods import bounds
from services.feedback.schemas.figures import By, RatesTable, RatesView, Share, VoicesView
from shared.kit.access import Caller

# Under so many answers a rate tells those who know whom they served who said what.
FEWEST_ANSWERS: Final = 5


async def rates(session: AsyncSession, period: str, by: By, *, division: str | None, who: Caller) -> RatesTable:
    """The three rates of a period by one key."""
    since, until = bounds(period)
    rows = await repository.counts(session, by, since=since, until=until, division=division)
    may_have_handled = any(grant.stations or grant.provider for grant in who.grants)
    items = [_rates(row, is_hidden=may_have_handled and row["answered"] < FEWEST_ANSWERS) for row in rows]
    return RatesTable(period=period, by=by, items=items)


def _rates(row: dict[str, Any], *, is_hidden: bool) -> RatesView:
    answered = row["answered"]

    def share(name: str) -> Share | None:
        return None if is_hidden else Share.of(row[name], answered)

    return RatesView(
        key=row["key"], resolved=row["resolved"], not_asked=row["not_asked"],
        asked=row["resolved"] - row["not_asked"], answered=answered, unreached=row["unreached"],
        pending=row["pending"], is_too_few=is_hidden, response=share("responded"), solved=share("solved"),
        partly_solved=None if is_hidden else row["partly_solved"],
        not_solved=None if is_hidden else row["not_solved"], satisfaction=share("satisfied"),
        neutral=None if is_hidden else row["neutral"], unsatisfied=None if is_hidden else row["unsatisfied"],
    )  # fmt: skip


async def voices(session: AsyncSession, period: str, *, division: str | None) -> VoicesView:
    """Complaints against the people served, and suggestions."""
    since, until = bounds(period)
    lodged, settled, late = await voices_repository.count_complaints(session, since, until, division=division)
    made, answered, adopted = await voices_repository.count_suggestions(session, since, until, division=division)
    served = await surveys_repository.people_served(session, since, until, division=division)
    return VoicesView(
        period=period, complaints=lodged, settled=settled, late=late, per_person_served=Share.of(lodged, served),
        suggestions=made, answered=Share.of(answered, made), adopted=Share.of(adopted, made),
    )  # fmt: skip
