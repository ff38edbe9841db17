"""Figures as people read them: with their unit, and what is not known told as not known."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

UNKNOWN: Final = "—"
PHASES: Final = {
    "before": "起点", "start": "启动时", "before 2023": "2023年前", "long-term": "长期", "every year": "每年",
    "every year and county": "每县区每年",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layer:
    """What a map shows: its name, the unit of its figures, and what a dark colour says."""

    name: str
    unit: str
    is_share: bool = False
    digits: int = 0
    dark: str = "颜色越深，数量越多。"

    def number(self, value: float) -> str:
        """The bare number, in the unit of the layer."""
        return f"{value * 100:.0f}" if self.is_share else f"{value:.{self.digits}f}"

    def told(self, value: float | None, at_most: float | None = None) -> str:
        """`12 件`, `5–17 件`, `2.9 天`, `83%`; a dash where nothing is known."""
        if value is None:
            return UNKNOWN
        number = self.number(value)
        if at_most is not None and at_most > value:
            number = f"{number}–{self.number(at_most)}"
        return number + self.ending

    @property
    def ending(self) -> str:
        return "%" if self.is_share else f" {self.unit}" if self.unit else ""


LAYERS: Final[dict[str, Layer]] = {
    "need": Layer("需求", "件"),
    "unmet_need": Layer("未满足需求", "件"),
    "response_p90": Layer("九成居民等待不超过", "天", digits=1, dark="颜色越深，等得越久。"),
    "satisfaction": Layer("满意率", "%", is_share=True, dark="颜色越深，越满意。"),
    "capacity_left": Layer("资源余量", "", dark="颜色越深，余量越多；各类资源按各自单位合计。"),
}


def in_unit(value: float | None, unit: str) -> str:
    """An indicator's value in its unit."""
    if value is None:
        return "未知"
    if unit == "share":
        return f"{value * 100:.3g}%"
    written = f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
    return written + {"days": " 天", "items": " 条", "person_times": " 人次", "workers_per_ten_thousand": " 人"}[unit]


@dataclass(frozen=True, slots=True)
class PlanFigure:
    """What the plan says of an indicator, and whether it is so; a start that it describes is no target."""

    words: str
    clause: str
    is_met: bool | None


def plan_figures(indicator: Mapping[str, Any]) -> list[PlanFigure]:
    """What the plan says, clause by clause; the same figure of several clauses stands once."""
    found: dict[str, PlanFigure] = {}
    for target in indicator["targets"]:
        is_target = target["kind"] == "target"
        phase = PHASES.get(target["phase"], f"{target['phase']}年")
        kind = "目标" if is_target else "" if "前" in phase or "起点" in phase else "起点"
        words = f"{phase}{kind} {in_unit(target['value'], target['unit'])}"
        clause = f"{found[words].clause}、{target['clause']}" if words in found else target["clause"]
        is_met = _is_met(indicator, target) if is_target and target["unit"] == indicator["unit"] else None
        found[words] = PlanFigure(words, clause, is_met)
    return list(found.values())


def _is_met(indicator: Mapping[str, Any], target: Mapping[str, Any]) -> bool | None:
    value = indicator["value"]
    # A figure of every year and county is no figure of a few months of a whole city.
    if value is None or "county" in target["phase"]:
        return None
    return bool(value >= target["value"] if indicator["better"] == "higher" else value <= target["value"])
