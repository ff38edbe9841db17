"""How long people waited, month by month: which figures are told apart, and against what the plan says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.console.rules.charts import DESK, PHONE, Chart, chart

Row = Mapping[str, Any]
# Figures that differ by less are one line: nobody could tell two apart.
TOLD_APART_DAYS: Final = 0.05
CORRECTED, FIRST, SECOND = "first_contact", "first_contact_known", "first_contact_less_attempts"
OTHERS: Final = ((FIRST, "首次登记口径（平均）", "known"), (SECOND, "扣除联系不上的时间（平均）", "second"))


@dataclass(frozen=True, slots=True)
class Waits:
    """The months' rows, the same as a chart for a desk and for a phone, and which further figures differ."""

    months: list[tuple[str, Row | None]]
    at_desk: Chart
    on_phone: Chart
    apart: list[tuple[str, str, str]]

    @property
    def asked(self) -> Row | None:
        """The month that was asked about."""
        return self.months[-1][1]


def waits(months: Sequence[str], found: Sequence[Row], targets: Sequence[Row]) -> Waits:
    """The waiting times of these months; a month in which nobody asked has none."""
    by_month = {row["month"]: row for row in found}
    rows = [by_month.get(month) for month in months]
    apart = [each for each in OTHERS if any(_differs(row, each[0]) for row in rows if row is not None)]

    def figures(kind: str, name: str) -> list[float | None]:
        return [None if row is None else row[kind][name] for row in rows]

    series = [
        ("平均", "mean", figures(CORRECTED, "mean_days")),
        ("九成居民不超过", "p90", figures(CORRECTED, "p90_days")),
        *((words, style, figures(kind, "mean_days")) for kind, words, style in apart),
    ]
    levels = sorted({_level(target) for target in targets if target["unit"] == "days"})
    at_desk, on_phone = (chart(months, series, levels, frame=frame) for frame in (DESK, PHONE))
    return Waits(list(zip(months, rows, strict=True)), at_desk, on_phone, apart)


def _differs(row: Row, kind: str) -> bool:
    pairs = ((row[CORRECTED][name], row[kind][name]) for name in ("mean_days", "p90_days"))
    return any((one is None) != (other is None) or abs((one or 0) - (other or 0)) > TOLD_APART_DAYS
               for one, other in pairs)  # fmt: skip


def _level(target: Row) -> tuple[float, str]:
    return target["value"], f"{'平台前' if target['kind'] == 'baseline' else '方案目标'} {target['value']:g} 天"
