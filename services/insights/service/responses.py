"""How long people waited: for the first effective contact, and for a provider to begin."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.models import NeedEpisode
from services.insights.repository import reading
from services.insights.repository.reading import Wanted
from services.insights.rules.lengths import Span, lengths_of
from services.insights.rules.months import month_of
from services.insights.schemas.figures import Dimension, LengthsView, ResponseRow, ResponseTimesView
from services.insights.service.areas import require_area, require_period
from services.insights.service.targets import targets_of
from shared.kit.calendars import NoServiceLevel, target_of, work_calendar
from shared.kit.clock import local_day, now, today
from shared.kit.clocks import after
from shared.kit.reference import Snapshot, reference
from shared.schemas.vocabulary import ClockKind, Urgency


@dataclass(frozen=True, slots=True)
class Asked:
    """One episode, with the three lengths that are told of it."""

    row: NeedEpisode
    contact: Span
    contact_known: Span
    start: Span


READ: dict[Dimension, Callable[[NeedEpisode], str | None]] = {
    Dimension.MONTH: lambda row: month_of(row.registered_at),
    Dimension.COUNTY: lambda row: row.division[:6],
    Dimension.TOWNSHIP: lambda row: row.division[:9],
    Dimension.CATEGORY: lambda row: row.category,
    Dimension.URGENCY: lambda row: row.urgency,
}


async def response_times(
    session: AsyncSession, *, month_from: str | None, month_to: str | None, division: str | None,
    category: str | None, urgency: Urgency | None, by: Sequence[Dimension],
) -> ResponseTimesView:  # fmt: skip
    """Response times of an area and a period, told apart as wished, beside the plan's figures."""
    require_area(session, division)
    first, last, period = require_period(session, month_from, month_to)
    snapshot = await reference(session)
    wanted = Wanted(period=period, division=division, category=category, urgency=urgency)
    asked = [_asked(snapshot, row, begun) for row, begun in await reading.episodes(session, wanted)]
    return ResponseTimesView(
        month_from=first, month_to=last, division=division, rows=_rows(asked, by, now(session)),
        targets=targets_of(snapshot, "response_time", today(session)),
    )  # fmt: skip


def _asked(snapshot: Snapshot, row: NeedEpisode, begun: datetime | None) -> Asked:
    contact_due = _due(snapshot, ClockKind.FIRST_CONTACT, row, Urgency(row.asked_urgency))
    start_due = _due(snapshot, ClockKind.NEED_MET, row, Urgency(row.urgency))
    return Asked(
        row,
        Span(row.registered_at, row.contacted_at, contact_due),
        Span(row.registered_at, row.contact_known_at, contact_due),
        Span(row.registered_at, begun, start_due),
    )


def _due(snapshot: Snapshot, clock: ClockKind, row: NeedEpisode, urgency: Urgency) -> datetime | None:
    """When it should have happened, by the service level of the day on which it was asked."""
    day = local_day(row.registered_at)
    try:
        target = target_of(snapshot, clock, urgency, day, category=row.category)
    except NoServiceLevel:
        return None
    return after(work_calendar(snapshot, day), target, row.registered_at)


def _rows(asked: Sequence[Asked], by: Sequence[Dimension], moment: datetime) -> list[ResponseRow]:
    """One row for each kind that there is, in order; without dimensions one row, be it empty."""
    kinds: dict[tuple[str, ...], list[Asked]] = {} if by else {(): []}
    for each in asked:
        kinds.setdefault(tuple(READ[dimension](each.row) or "" for dimension in by), []).append(each)
    return [_row(dict(zip(by, key, strict=True)), kinds[key], moment) for key in sorted(kinds)]


def _row(kind: dict[Dimension, str], asked: Sequence[Asked], moment: datetime) -> ResponseRow:
    urgency = kind.get(Dimension.URGENCY)
    return ResponseRow(
        month=kind.get(Dimension.MONTH),
        division=kind.get(Dimension.TOWNSHIP) or kind.get(Dimension.COUNTY),
        category=kind.get(Dimension.CATEGORY) or None,
        urgency=Urgency(urgency) if urgency else None,
        asked=len(asked),
        first_contact=_view((each.contact for each in asked), moment),
        first_contact_known=_view((each.contact_known for each in asked), moment),
        provider_start=_view((each.start for each in asked), moment),
    )


def _view(spans: Iterable[Span], moment: datetime) -> LengthsView:
    """Lengths as they are shown, rounded to a ten-thousandth of a day (nine seconds)."""
    lengths = lengths_of(spans, moment)
    figures: dict[str, Any] = {
        f"{name}_days": None if value is None else round(value, 4)
        for name, value in (("mean", lengths.mean), ("median", lengths.median), ("p90", lengths.p90))
    }
    return LengthsView(
        count=lengths.count, within_target=lengths.in_time, overdue=lengths.overdue,
        share_within_target=lengths.share_in_time, **figures,
    )  # fmt: skip
