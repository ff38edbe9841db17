"""The rules of asking and of complaints, as the reference rows of the day say."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.feedback.errors import UnknownPlace
from shared.kit.calendars import work_calendar
from shared.kit.clock import now, today
from shared.kit.clocks import Target, after
from shared.kit.reference import reference
from shared.schemas.reference import ComplaintPolicy, Division, SurveyPolicy


class NoPolicy(LookupError):
    """No row says so: the reference data has not arrived. The fact is tried again when it has."""


async def survey_policy(session: AsyncSession) -> SurveyPolicy:
    """How people are asked today."""
    found = (await reference(session)).get(SurveyPolicy, SurveyPolicy.table, "survey", today(session))
    if found is None:
        raise NoPolicy(SurveyPolicy.table)
    return found


async def complaint_due(session: AsyncSession) -> tuple[datetime, str]:
    """Until when a complaint of now must have its outcome, on the working calendar, and the row that says so."""
    rows, day = await reference(session), today(session)
    found = rows.get(ComplaintPolicy, ComplaintPolicy.table, "complaint", day)
    if found is None:
        raise NoPolicy(ComplaintPolicy.table)
    target = Target(found.amount.value, found.amount.unit, f"complaint@{day.isoformat()}")
    return after(work_calendar(rows, day), target, now(session)), target.policy


async def check_division(session: AsyncSession, code: str) -> None:
    """Refuse a division that there is none of.

    Raises:
        UnknownPlace: no row has this code today.
    """
    if (await reference(session)).get(Division, Division.table, code, today(session)) is None:
        raise UnknownPlace
