"""What is measured: each indicator with what is counted over what, its unit, and which way is better."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from shared.schemas.vocabulary import NeedStatus

SATISFIED_FROM: Final = 4
DEPARTMENTS_TOGETHER: Final = 3
# What does not count as asked of anybody here: it goes on elsewhere, or nobody ever asked.
NOT_COUNTED: Final = (
    NeedStatus.JOINED, NeedStatus.ENTERED_IN_ERROR, NeedStatus.WITHDRAWN, NeedStatus.REFERRED_OUT,
)  # fmt: skip

Unit = Literal["days", "share", "items", "person_times", "workers_per_ten_thousand"]
Publisher = Literal["needs", "matching", "feedback", "cases"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator: `numerator` over `denominator`; a count has no denominator.

    As long as nothing was heard of `told_by`, or of one of `needs_also`, it is unknown. `needs_some` is what must not
    be zero for it to be known: where no worker was ever reported, nobody knows that there is none.
    """

    code: str
    zh: str
    en: str
    unit: Unit
    better: Literal["higher", "lower"]
    numerator: str
    denominator: str | None = None
    told_by: Publisher = "needs"
    needs_also: tuple[Publisher, ...] = ()
    needs_some: str | None = None


@dataclass(frozen=True, slots=True)
class Because:
    """Why a figure cannot be known, in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Reading:
    """An indicator's figures; what is unknown is None and never zero."""

    numerator: float | None
    denominator: float | None
    value: float | None
    unknown: Because | None = None


INDICATORS: Final = (
    Indicator("response_time", "平均响应时间",
              "Days from asking to the first effective contact, less listed pauses, mean", "days", "lower",
              "days until contact", "contacted"),
    Indicator("completion", "办结率", "Needs resolved, of those asked", "share", "higher", "resolved", "asked"),
    Indicator("satisfaction", "群众满意率", "Answers of 4 or 5, of those who answered", "share", "higher", "satisfied",
              "answered", "feedback"),
    Indicator("survey_response", "评价回收率", "Surveys answered, of those sent", "share", "higher", "answered",
              "invited", "feedback"),
    Indicator("complaints", "投诉率", "Complaints, to people served", "share", "lower", "complaints", "served",
              "feedback", ("needs",)),
    Indicator("special_groups_coverage", "特殊群体覆盖率", "People of special groups served, of those on file", "share",
              "higher", "special served", "special"),
    Indicator("suggestions_made", "居民建议数", "Suggestions made", "items", "higher", "suggestions",
              told_by="feedback"),
    Indicator("suggestions_adopted", "建议采纳率", "Suggestions adopted, of those made", "share", "higher", "adopted",
              "suggestions", "feedback"),
    Indicator("stations_with_three_departments", "对接三个以上部门的站点占比",
              "Township stations whose orders three or more departments took", "share", "higher",
              "stations with departments", "stations", "matching"),
    Indicator("professional_service", "专业服务占比", "Minutes of professional service, of all recorded", "share",
              "higher", "professional minutes", "minutes", "cases"),
    Indicator("person_times", "服务人次", "Person-times served", "person_times", "higher", "person times",
              told_by="cases"),
    Indicator("workers_per_ten_thousand", "每万人社工数", "Social workers, to each 10,000 people",
              "workers_per_ten_thousand", "higher", "workers", "tens of thousands of people", "cases",
              needs_some="reported workers"),
    Indicator("licensed_workers", "持证率", "Social workers with a licence, of all", "share", "higher", "licensed",
              "workers", "cases", needs_some="reported workers"),
    Indicator("turnover", "社工流失率", "Social workers who left, of all who worked there in the period", "share",
              "lower", "left", "employed", "cases", needs_some="reported workers"),
    Indicator("stations_under_staff_standard", "人员配备未达标站点占比",
              "Township stations with fewer workers than the standard, of those whose setting and staff are reported",
              "share", "lower", "stations under staff standard", "stations with staff reported", "cases",
              needs_some="stations with staff reported"),
)  # fmt: skip

NOTHING_HEARD: Final = Because(
    "尚未收到{zh}的任何数据，无法得知；不等于零。", "Nothing was heard of {en} yet: it is unknown, and not zero."
)
NOT_REPORTED: Final = Because(
    "该范围内尚未填报，无法得知；不等于零。", "Nobody there has reported it yet: it is unknown, and not zero."
)
NO_POPULATION: Final = Because(
    "该范围没有人口数据（人口只有县区一级）。", "The population is known of counties only, and not of this area."
)
NOTHING_TO_DIVIDE: Final = Because(
    "期内没有可供计算的基数。", "Nothing happened in the period that it could be a share of."
)
NAMES: Final[dict[Publisher, Because]] = {
    "needs": Because("需求采集", "needs"),
    "matching": Because("资源匹配", "matching"),
    "feedback": Because("评价反馈", "feedback"),
    "cases": Because("服务管理", "cases"),
}


def read(indicator: Indicator, found: Mapping[str, float | None], heard: Collection[str]) -> Reading:
    """The figures of an indicator, from what was counted and of whom anything was heard."""
    silent = [each for each in (indicator.told_by, *indicator.needs_also) if each not in heard]
    if silent:
        name = NAMES[silent[0]]
        return Reading(
            None, None, None, Because(NOTHING_HEARD.zh.format(zh=name.zh), NOTHING_HEARD.en.format(en=name.en))
        )
    if indicator.needs_some is not None and not found[indicator.needs_some]:
        return Reading(None, None, None, NOT_REPORTED)
    numerator = found[indicator.numerator]
    if numerator is None or indicator.denominator is None:
        return Reading(numerator, None, numerator)
    denominator = found[indicator.denominator]
    if denominator is None:
        return Reading(numerator, None, None, NO_POPULATION)
    return Reading(numerator, denominator, *_divided(numerator, denominator))


def _divided(numerator: float, denominator: float) -> tuple[float | None, Because | None]:
    return (numerator / denominator, None) if denominator else (None, NOTHING_TO_DIVIDE)
