"""The indicators of an area and a period, beside what the plan wants."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.repository import reading
from services.insights.repository.reading import Wanted
from services.insights.rules.indicators import INDICATORS, Indicator, value_of
from services.insights.schemas.figures import IndicatorsView, IndicatorView
from services.insights.service.areas import require_area, require_period, stations_in
from services.insights.service.targets import targets_of
from shared.kit.clock import today
from shared.kit.reference import Snapshot, reference
from shared.schemas.reference import Department


async def indicators(
    session: AsyncSession, *, month_from: str | None, month_to: str | None, division: str | None
) -> IndicatorsView:
    """Every indicator that can be counted from what was heard."""
    areas = require_area(session, division)
    first, last, period = require_period(session, month_from, month_to)
    snapshot, day = await reference(session), today(session)
    departments = [row.slug for row in snapshot.all(Department, Department.table, day)]
    found = await reading.counts(session, Wanted(period=period, division=division), departments=departments)
    found["stations"] = len(stations_in(snapshot, areas, day))
    shown = [_view(snapshot, each, found, day) for each in INDICATORS]
    return IndicatorsView(month_from=first, month_to=last, division=division, indicators=shown)


def _view(snapshot: Snapshot, indicator: Indicator, found: dict[str, float], day: date) -> IndicatorView:
    numerator = found[indicator.numerator]
    denominator = found[indicator.denominator] if indicator.denominator else None
    return IndicatorView(
        indicator=indicator.code, name_zh=indicator.zh, name_en=indicator.en, unit=indicator.unit,
        better=indicator.better, counted=indicator.numerator, over=indicator.denominator,
        numerator=round(numerator, 4), denominator=denominator, value=value_of(numerator, denominator),
        targets=targets_of(snapshot, indicator.code, day),
    )  # fmt: skip
