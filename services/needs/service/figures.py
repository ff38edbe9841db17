"""A need's clocks as they are published: those of first contact with both their figures, and the one beside them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.models import Clock, ClockPause
from services.needs.repository import pauses as repository
from services.needs.rules.figures import Stretch, closed_by, seconds_until, within
from services.needs.schemas.needs import ClockView, ContactFigures
from shared.kit.calendars import work_calendar
from shared.kit.clock import now, today
from shared.kit.clocks import after
from shared.kit.reference import reference
from shared.kit.rows import columns
from shared.kit.worktime import WorkCalendar
from shared.schemas.vocabulary import ClockKind


async def clock_views(session: AsyncSession, clocks: Sequence[Clock]) -> list[ClockView]:
    """Clocks with the figures of first contact."""
    headline = [clock for clock in clocks if clock.kind == ClockKind.FIRST_CONTACT]
    stretches: dict[UUID, list[ClockPause]] = {clock.id: [] for clock in headline}
    for stretch in await repository.stretches_of_clocks(session, list(stretches)):
        stretches[stretch.clock_id].append(stretch)
    calendar = work_calendar(await reference(session), today(session))
    figures = {clock.id: _figures(clock, stretches[clock.id], calendar, now(session)) for clock in headline}
    return [ClockView.model_validate(columns(clock) | {"figures": figures.get(clock.id)}) for clock in clocks]


def _figures(
    clock: Clock, stretches: Sequence[ClockPause], calendar: WorkCalendar, moment: datetime
) -> ContactFigures:  # fmt: skip
    ends = clock.met_at or clock.stopped_at or moment
    attempts = closed_by([_span(each) for each in stretches if not each.stops_clock], ends)
    stood_still = closed_by([_span(each) for each in stretches if each.stops_clock and each.ended_at], ends)
    corrected = seconds_until(clock.started_at, clock.met_at)
    due = (
        after(calendar, clock.target, clock.started_at, pauses=[*stood_still, *attempts]) if attempts else clock.due_at
    )
    return ContactFigures(
        first_seconds=seconds_until(clock.started_at, clock.first_met_at), corrected_seconds=corrected,
        without_attempts_seconds=(
            None if corrected is None else corrected - within(attempts, clock.started_at).total_seconds()
        ),
        without_attempts_due_at=due, without_attempts_breached=ends > due,
    )  # fmt: skip


def _span(stretch: ClockPause) -> Stretch:
    return stretch.started_at, stretch.ended_at


def of_a_new_clock(kind: str, due_at: datetime) -> ContactFigures | None:
    """The figures of a clock that began just now."""
    if kind != ClockKind.FIRST_CONTACT:
        return None
    return ContactFigures(
        first_seconds=None, corrected_seconds=None, without_attempts_seconds=None, without_attempts_due_at=due_at,
        without_attempts_breached=False,
    )  # fmt: skip
