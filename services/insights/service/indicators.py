"""The indicators of an area and a period, beside what the plan wants."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.repository import counting, responding
from services.insights.repository.reading import Wanted
from services.insights.rules.indicators import INDICATORS, Indicator, Reading, read
from services.insights.schemas.figures import IndicatorsView, IndicatorView, UnknownBecause
from services.insights.service.areas import PLANNING, require_area, require_period
from services.insights.service.stations import Seat, seats_in
from services.insights.service.targets import targets_of
from shared.kit.audit import record_figures
from shared.kit.clock import now, today
from shared.kit.reference import Snapshot, reference
from shared.schemas.reference import Department, Division, StationStandard
from shared.schemas.vocabulary import StationMeasure, StationSetting


async def indicators(
    session: AsyncSession, *, month_from: str | None, month_to: str | None, division: str | None
) -> IndicatorsView:
    """Every indicator; what cannot be known from what was heard is said to be unknown."""
    areas = require_area(session, division)
    await record_figures(session, "read_indicators", purpose=PLANNING, fields=("all",))
    first, last, period = require_period(session, month_from, month_to)
    snapshot, day = await reference(session), today(session)
    found = await _counted(session, Wanted(period=period, division=division), areas)
    heard = await counting.heard(session)
    shown = [_view(snapshot, each, read(each, found, heard), day) for each in INDICATORS]
    return IndicatorsView(month_from=first, month_to=last, division=division, indicators=shown)


async def _counted(session: AsyncSession, wanted: Wanted, areas: Sequence[str]) -> dict[str, float | None]:
    """All that indicators are made of, by the words that they name it with."""
    snapshot, day = await reference(session), today(session)
    departments = [row.slug for row in snapshot.all(Department, Department.table, day)]
    (lengths,) = await responding.lengths(session, wanted, by=(), at=now(session))
    seats = await seats_in(session, areas)
    staffed = _against_standard(snapshot, seats, await counting.staff_by_station(session, wanted), day)
    counted: dict[str, float | None] = dict(await counting.counts(session, wanted, departments=departments))
    return counted | {
        "contacted": float(lengths.contact_count),
        "days until contact": (lengths.contact_mean or 0.0) * lengths.contact_count,
        "stations": float(len(seats)),
        "tens of thousands of people": _people(snapshot, areas, day),
        "stations with staff reported": float(len(staffed)),
        "stations under staff standard": float(sum(staffed)),
    }


def _against_standard(snapshot: Snapshot, seats: Sequence[Seat], staff: dict[object, int], day: date) -> list[bool]:
    """Of each station whose setting and staff are known, whether it has fewer workers than it should."""
    least = {
        row.setting: row.least or 0
        for row in snapshot.all(StationStandard, StationStandard.table, day)
        if row.measure is StationMeasure.STAFF
    }
    return [
        staff[seat.id] < least[setting]
        for seat in seats
        if seat.id in staff and seat.setting and (setting := StationSetting(seat.setting)) in least
    ]


def _people(snapshot: Snapshot, areas: Sequence[str], day: date) -> float | None:
    """How many tens of thousands live there; None where that is not known of every part."""
    rows = {row.code: row for row in snapshot.all(Division, Division.table, day)}
    wanted = [row for code, row in rows.items() if len(code) == 6 and code.startswith(tuple(areas))]
    parts = wanted or [rows[code] for code in areas if code in rows]
    known = [row.population for row in parts if row.population is not None]
    return sum(known) / 10_000 if known and len(known) == len(parts) else None


def _view(snapshot: Snapshot, indicator: Indicator, reading: Reading, day: date) -> IndicatorView:
    because = reading.unknown
    return IndicatorView(
        indicator=indicator.code, name_zh=indicator.zh, name_en=indicator.en, unit=indicator.unit,
        better=indicator.better, counted=indicator.numerator, over=indicator.denominator,
        numerator=None if reading.numerator is None else round(reading.numerator, 4),
        denominator=reading.denominator, value=reading.value,
        unknown=UnknownBecause(zh=because.zh, en=because.en) if because else None,
        targets=targets_of(snapshot, indicator.code, day),
    )  # fmt: skip
