"""A crisis: people on duty are told at any hour."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.models import Need
from shared.kit.clock import SHANGHAI, now, today
from shared.kit.feed.log import announce
from shared.kit.reference import reference
from shared.schemas.facts.needs import CrisisRaised
from shared.schemas.reference import OnCall


async def tell_people_on_duty(session: AsyncSession, need: Need) -> None:
    """Say that there is a crisis, and who is on duty for it now."""
    rows = (await reference(session)).all(OnCall, OnCall.table, today(session))
    told = sorted({row.account for row in rows if is_on_duty(row, need.division, now(session))})
    announce(
        session,
        CrisisRaised(
            need_id=need.id, episode=need.episode, division=need.division, station_id=need.station_id,
            told=tuple(told), raised_at=now(session),
        ),
    )  # fmt: skip


def is_on_duty(row: OnCall, division: str, moment: datetime) -> bool:
    """Whether a row of the duty roster covers a division at a moment.

    An end at or before the start reaches into the next morning, which still belongs to the day it began on.
    """
    local = moment.astimezone(SHANGHAI)
    at, weekday = local.timetz().replace(tzinfo=None), local.isoweekday()
    if not division.startswith(row.division):
        return False
    if row.starts < row.ends:
        return weekday in row.weekdays and row.starts <= at < row.ends
    yesterday = weekday - 1 or 7
    return (weekday in row.weekdays and at >= row.starts) or (yesterday in row.weekdays and at < row.ends)
