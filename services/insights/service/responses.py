"""How long people waited: for the first effective contact, and for a provider to begin."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.repository import responding
from services.insights.repository.reading import Wanted
from services.insights.schemas.figures import Dimension, EpisodeView, LengthsView, ResponseRow, ResponseTimesView
from services.insights.service.areas import require_area, require_period
from services.insights.service.targets import targets_of
from shared.kit.clock import now, today
from shared.kit.paging import Cut, Page, paged
from shared.kit.reference import reference
from shared.schemas.vocabulary import Urgency


async def response_times(
    session: AsyncSession, *, month_from: str | None, month_to: str | None, division: str | None,
    category: str | None, urgency: Urgency | None, by: Sequence[Dimension],
) -> ResponseTimesView:  # fmt: skip
    """Response times of an area and a period, told apart as wished, beside the plan's figures."""
    require_area(session, division)
    first, last, period = require_period(session, month_from, month_to)
    wanted = Wanted(period=period, division=division, category=category, urgency=urgency)
    found = await responding.lengths(session, wanted, by=by, at=now(session))
    return ResponseTimesView(
        month_from=first, month_to=last, division=division, rows=[_row(row._mapping) for row in found],
        targets=targets_of(await reference(session), "response_time", today(session)),
    )  # fmt: skip


async def episodes(
    session: AsyncSession, page: Cut, *, month_from: str | None, month_to: str | None, division: str | None,
    category: str | None, is_overdue: bool, is_waiting: bool,
) -> Page[EpisodeView]:  # fmt: skip
    """Those behind a count, one by one, by the same conditions that count them; elsewhere the list is empty."""
    _, _, period = require_period(session, month_from, month_to)
    wanted = Wanted(period=period, division=division, category=category)
    if is_waiting:
        rows = await responding.waiting_now(session, wanted, page)
    else:
        rows = await responding.asked_in(session, wanted, page, late_at=now(session) if is_overdue else None)
    return paged(rows, page, key=lambda row: (row.registered_at, row.need_id), view=EpisodeView.model_validate)


def _row(row: Any) -> ResponseRow:
    return ResponseRow(
        month=row.get("month"),
        division=row.get("township") or row.get("county"),
        category=row.get("category") or None,
        urgency=row.get("urgency"),
        asked=row["asked"],
        first_contact=_lengths(row, "contact"),
        first_contact_known=_lengths(row, "known"),
        first_contact_less_attempts=_lengths(row, "second"),
        provider_start=_lengths(row, "start"),
    )


def _lengths(row: Any, step: str) -> LengthsView:
    """Lengths as they are shown, rounded to a ten-thousandth of a day (nine seconds)."""
    count, within, late = (row[f"{step}_{name}"] for name in ("count", "within", "late"))
    figures: dict[str, Any] = {
        f"{name}_days": None if row[f"{step}_{name}"] is None else round(row[f"{step}_{name}"], 4)
        for name in ("mean", "median", "p90")
    }
    # Of all that were taken or should have been by now.
    judged = count + late
    return LengthsView(
        count=count, within_target=within, overdue=late, share_within_target=within / judged if judged else None,
        **figures,
    )  # fmt: skip
