"""Why an offer is no candidate: eight questions in a fixed order, each answered yes, no, or not known.

A *no* refuses for good; an *unknown* refuses for now, and says what somebody must find out. The first no is the reason
given; only where there is none, the first unknown.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.matching.rules import area
from services.matching.rules.candidates import Ask, Offer
from services.matching.rules.eligibility import YES, Ground, Judgement
from shared.schemas.reference import EligibilityField, Sentence
from shared.schemas.vocabulary import ResourceStatus, Verdict, Word


class MatchRule(Word):
    """The rules that an offer must pass, in the order in which they are asked."""

    CATEGORY = "category", "服务类别"
    AREA = "area", "服务区域"
    STATUS = "status", "资源状态"
    ASSURED = "assured", "信息保证期"
    CAPACITY = "capacity", "余量"
    WINDOW = "window", "开放期间"
    ELIGIBILITY = "eligibility", "享受条件"
    ALREADY_ASKED = "already_asked", "已派过单"


@dataclass(frozen=True, slots=True)
class Refused:
    """An offer that dropped out: the rule, whether it said no or cannot tell, and the words for people.

    `missing` names the facts of the person that would settle an unknown.
    """

    resource_id: UUID
    rule: MatchRule
    verdict: Verdict
    words: tuple[Sentence, ...]
    missing: tuple[EligibilityField, ...] = ()


def _no(zh: str, en: str) -> Judgement:
    return Judgement(Verdict.NO, (Ground(Verdict.NO, Sentence(zh=zh, en=en)),))


def _unknown(zh: str, en: str, *missing: EligibilityField) -> Judgement:
    return Judgement(Verdict.UNKNOWN, (Ground(Verdict.UNKNOWN, Sentence(zh=zh, en=en), missing),))


# What every refusal of the rule says alike is made once.
OTHER_CATEGORY: Final = _no("服务类别与需求不符", "It is for another category of need")
AREA_ANSWERS: Final = {
    Verdict.YES: YES,
    Verdict.NO: _no("求助人不在服务区域内", "The asker lives outside the area served"),
    Verdict.UNKNOWN: _unknown(
        "求助人所在区划不够具体，无法判断是否在服务区域内",
        "The asker's division is not known exactly enough to tell",
        EligibilityField.DIVISION,
    ),
}
NOT_ASSURED: Final = _unknown(
    "提供方未说明信息保证有效到哪一天", "The provider has not said until when the listing holds"
)
ASKED: Final = _no("本次需求已向其派过单", "It was asked for this need already")


def _category(ask: Ask, offer: Offer) -> Judgement:
    return YES if offer.category in ask.categories else OTHER_CATEGORY


def _area(ask: Ask, offer: Offer) -> Judgement:
    return AREA_ANSWERS[area.coverage(offer.areas, ask.division)]


def _status(ask: Ask, offer: Offer) -> Judgement:
    if offer.status is ResourceStatus.ACTIVE:
        return YES
    return _no(f"资源状态为「{offer.status.zh}」", f"The resource is {offer.status}")


def _assured(ask: Ask, offer: Offer) -> Judgement:
    until = offer.assured_until
    if until is None:
        return NOT_ASSURED
    return YES if ask.on <= until else _no(f"信息保证期已于{until}届满", f"It was vouched for until {until} only")


def _capacity(ask: Ask, offer: Offer) -> Judgement:
    if not offer.is_quantified or offer.paying_account(ask.quantity):
        return YES
    left = max(offer.available or 0, offer.package or 0)
    return _no(f"余量{left}，不足所需{ask.quantity}", f"{left} left, {ask.quantity} needed")


def _window(ask: Ask, offer: Offer) -> Judgement:
    if offer.opens is not None and ask.on < offer.opens:
        return _no(f"自{offer.opens}起开放", f"It opens on {offer.opens}")
    if offer.closes is not None and ask.on >= offer.closes:
        return _no(f"已于{offer.closes}结束", f"It ended on {offer.closes}")
    return YES


def _eligibility(ask: Ask, offer: Offer) -> Judgement:
    return YES if offer.eligibility is None else offer.eligibility(ask.person)


def _already_asked(ask: Ask, offer: Offer) -> Judgement:
    return ASKED if offer.resource_id in ask.asked else YES


RULES: Final[tuple[tuple[MatchRule, Callable[[Ask, Offer], Judgement]], ...]] = (
    (MatchRule.CATEGORY, _category),
    (MatchRule.AREA, _area),
    (MatchRule.STATUS, _status),
    (MatchRule.ASSURED, _assured),
    (MatchRule.CAPACITY, _capacity),
    (MatchRule.WINDOW, _window),
    (MatchRule.ELIGIBILITY, _eligibility),
    (MatchRule.ALREADY_ASKED, _already_asked),
)


def answers(ask: Ask, offer: Offer) -> Iterator[tuple[MatchRule, Judgement]]:
    """Every rule with what it says, for the page "why, why not"."""
    return ((rule, judge(ask, offer)) for rule, judge in RULES)


def refused(ask: Ask, offer: Offer) -> Refused | None:
    """The rule that refuses the offer, or `None` if it is a candidate."""
    doubt: tuple[MatchRule, Judgement] | None = None
    for rule, judgement in answers(ask, offer):
        if judgement.verdict is Verdict.NO:
            return _refusal(offer, rule, judgement)
        if judgement.verdict is Verdict.UNKNOWN and doubt is None:
            doubt = rule, judgement
    return None if doubt is None else _refusal(offer, *doubt)


def _refusal(offer: Offer, rule: MatchRule, judgement: Judgement) -> Refused:
    words = tuple(ground.because for ground in judgement.grounds)
    return Refused(offer.resource_id, rule, judgement.verdict, words, judgement.missing)


def in_reading_order(refusals: list[Refused]) -> list[Refused]:
    """What asking may cure first, then by how far an offer came through the rules; by id where equal."""
    far = {rule: place for place, (rule, _) in enumerate(RULES)}
    return sorted(refusals, key=lambda each: (each.verdict is Verdict.NO, -far[each.rule], each.resource_id))
