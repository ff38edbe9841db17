"""What is measured: each indicator with what is counted over what, its unit, and which way is better."""

from dataclasses import dataclass
from typing import Final, Literal

from shared.schemas.vocabulary import NeedStatus

SATISFIED_FROM: Final = 4
DEPARTMENTS_TOGETHER: Final = 3
# What does not count as asked of anybody here: it goes on elsewhere, or nobody ever asked.
NOT_COUNTED: Final = (
    NeedStatus.JOINED, NeedStatus.ENTERED_IN_ERROR, NeedStatus.WITHDRAWN, NeedStatus.REFERRED_OUT,
)  # fmt: skip

Unit = Literal["days", "share", "items", "person_times"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator: `numerator` over `denominator`; a count has no denominator."""

    code: str
    zh: str
    en: str
    unit: Unit
    better: Literal["higher", "lower"]
    numerator: str
    denominator: str | None = None


INDICATORS: Final = (
    Indicator("response_time", "平均响应时间", "Days from asking to the first effective contact, mean", "days", "lower",
              "days until contact", "contacted"),
    Indicator("completion", "办结率", "Needs resolved, of those asked", "share", "higher", "resolved", "asked"),
    Indicator("satisfaction", "群众满意率", "Answers of 4 or 5, of those who answered", "share", "higher", "satisfied",
              "responded"),
    Indicator("survey_response", "评价响应率", "Surveys answered, of those sent", "share", "higher", "responded",
              "invited"),
    Indicator("complaints", "投诉率", "Complaints, to people served", "share", "lower", "complaints", "served"),
    Indicator("special_groups_coverage", "特殊群体覆盖率", "People of special groups served, of those on file", "share",
              "higher", "special served", "special"),
    Indicator("suggestions_made", "居民建议数", "Suggestions made", "items", "higher", "suggestions"),
    Indicator("suggestions_adopted", "建议采纳率", "Suggestions adopted, of those made", "share", "higher", "adopted",
              "suggestions"),
    Indicator("stations_with_three_departments", "对接三个以上部门的站点占比",
              "Township stations whose orders three or more departments took", "share", "higher",
              "stations with departments", "stations"),
    Indicator("professional_service", "专业服务占比", "Minutes of professional service, of all recorded", "share",
              "higher",
              "professional minutes", "minutes"),
    Indicator("person_times", "服务人次", "Person-times served", "person_times", "higher", "person times"),
    Indicator("licensed_workers", "持证率", "Social workers with a licence, of all", "share", "higher", "licensed",
              "workers"),
)  # fmt: skip


def value_of(numerator: float, denominator: float | None) -> float | None:
    """The figure itself; None where there is nothing to divide by."""
    if denominator is None:
        return numerator
    return numerator / denominator if denominator else None
