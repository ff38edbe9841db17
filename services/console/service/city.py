"""The city's view: the map, the waiting times over months, what is overdue where, the lists and the indicators."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from services.console.rules.charts import Chart, chart
from services.console.rules.maps import Drawing, drawing
from services.console.service.asking import Person, together
from shared.kit.clock import local_day

MONTHS_SHOWN: Final = 12
MOST_GAPS: Final = 12
LAYERS: Final[dict[str, tuple[str, str]]] = {
    "need": ("需求", "件"),
    "unmet_need": ("未满足需求", "件"),
    "response_p90": ("九成居民等待不超过", "天"),
    "satisfaction": ("满意率", "%"),
    "capacity_left": ("资源余量", ""),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of the city, which month, which category."""

    division: str
    layer: str
    level: str
    month: str
    category: str

    @property
    def months(self) -> list[str]:
        """The twelve months up to the one asked about."""
        year, month = int(self.month[:4]), int(self.month[5:])
        past = [year * 12 + month - 1 - back for back in reversed(range(MONTHS_SHOWN))]
        return [f"{each // 12}-{each % 12 + 1:02d}" for each in past]


@dataclass(frozen=True, slots=True)
class City:
    """Everything on the page."""

    map: Drawing
    features: list[dict[str, Any]]
    chart: Chart
    lengths: list[dict[str, Any]]
    overdue: list[dict[str, Any]]
    gaps: list[dict[str, Any]]
    indicators: list[dict[str, Any]]


def this_month(moment: datetime) -> str:
    return f"{local_day(moment):%Y-%m}"


async def city(who: Person, asked: Asked) -> City:
    """The page, from five questions asked at once."""
    months = asked.months
    period = {"month_from": months[0], "month_to": months[-1], "division": asked.division or None}
    heat, lengths, places, lists, indicators = await together(
        who.get(
            "insights", "/heatmap", layer=asked.layer, level=asked.level, month=asked.month, category=asked.category
        ),
        who.get("insights", "/response-times", by="month", category=asked.category, **period),
        who.get(
            "insights", "/response-times", by="township" if asked.division else "county", category=asked.category,
            **period,
        ),
        who.get("insights", "/lists", category=asked.category, **period),
        who.get("insights", "/indicators", **period),
    )  # fmt: skip
    features = [each for each in heat["features"] if each["id"].startswith(asked.division)]
    by_month = {row["month"]: row for row in lengths["rows"]}
    rows = [by_month.get(month) for month in months]
    return City(
        map=drawing(features), features=features, chart=_chart(months, rows, lengths["targets"]),
        lengths=[{"month": month, "row": row} for month, row in zip(months, rows, strict=True)],
        overdue=sorted(
            (row for row in places["rows"] if row["division"]), key=lambda row: -row["first_contact"]["overdue"]
        ),
        gaps=sorted(lists["lines"], key=lambda line: -line["gap"])[:MOST_GAPS],
        indicators=indicators["indicators"],
    )  # fmt: skip


def _chart(months: list[str], rows: list[dict[str, Any] | None], targets: list[dict[str, Any]]) -> Chart:
    def figures(name: str) -> list[float | None]:
        return [None if row is None else row["first_contact"][name] for row in rows]

    levels = {
        (target["value"], f"{'原来' if target['kind'] == 'baseline' else '目标'} {target['value']:g} 天")
        for target in targets
        if target["unit"] == "days"
    }
    series = [("平均", "mean", figures("mean_days")), ("九成以内", "p90", figures("p90_days"))]
    return chart(months, series, sorted(levels))


async def needs_behind(who: Person, *, division: str, overdue: bool, after: str | None) -> dict[str, Any]:
    """The needs that a number counts, as far as the person may see them."""
    due = {"due_before": who.at.isoformat()} if overdue else {}
    return await who.get("needs", "/needs", division=division or None, limit=50, after=after, **due)
