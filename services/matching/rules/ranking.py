"""Ranking the candidates: each term from 0 to 1, weighted by the policy's rows, summed to at most 100 points.

A term that nobody knows (no real point, no ratings yet) is left out, and the others share its weight: unknown is
neither good nor bad. How much of the weight was known is the candidate's confidence. Where two have the same
points, the smaller id comes first, so that the same question has the same answer.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from heapq import nsmallest
from typing import Final
from uuid import UUID

from services.matching.rules import distance
from services.matching.rules.candidates import Ask, Duty, Offer
from shared.schemas.reference import DistanceBand, FairnessTerm, ScoreWeight, Sentence
from shared.schemas.vocabulary import AccountKind, Group, ScoreTerm

FULL: Final = 100.0
# Points nearer to each other than this are the same; it hides the noise of floating-point sums.
DECIMALS: Final = 9

DUTY_WORTH: Final = {Duty.LEADS: 1.0, Duty.SUPPORTS: 0.5, Duty.NONE: 0.0}


@dataclass(frozen=True, slots=True)
class Policy:
    """The rows that are valid on the day, ready to be asked many times."""

    weights: dict[ScoreTerm, float]
    bands: tuple[DistanceBand, ...]
    group_worth: dict[Group, float]
    division_worth: dict[str, float]

    @classmethod
    def of(
        cls, weights: Iterable[ScoreWeight], bands: Iterable[DistanceBand], fairness: Iterable[FairnessTerm]
    ) -> "Policy":
        """The policy that these reference rows say."""
        terms = tuple(fairness)
        return cls(
            {row.term: row.weight for row in weights if row.weight > 0},
            distance.in_order(bands),
            {row.group: row.worth for row in terms if row.group is not None},
            {row.division: row.worth for row in terms if row.division is not None},
        )

    def comes_first(self, ask: Ask) -> float:
        """How far this asker comes first when there is not enough: the highest of the rows that speak of them."""
        groups = [self.group_worth.get(group, 0.0) for group in ask.person.groups or ()]
        places = [worth for code, worth in self.division_worth.items() if (ask.division or "").startswith(code)]
        return max(groups + places, default=0.0)


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a score: its value, its weight in the policy, the points it gave, and the reason in words."""

    name: ScoreTerm
    value: float | None
    weight: float
    points: float
    words: Sentence


@dataclass(frozen=True, slots=True)
class Candidate:
    """An offer with its place in the ranking; the terms' points sum to `points`."""

    rank: int
    resource_id: UUID
    points: float
    confidence: float
    terms: tuple[Term, ...]
    account: AccountKind | None


Value = Callable[[Ask, Offer, Policy], float | None]
Words = Callable[[Ask, Offer, Policy], Sentence]


def _share_left(offer: Offer) -> float:
    """How much of a capacity is left, 0 to 1; kinds without a quantity always have enough."""
    return min(1.0, (offer.available or 0) / offer.maximum) if offer.maximum else float(offer.maximum is None)


def _fit(ask: Ask, offer: Offer, policy: Policy) -> float:
    """Half for the category (its own 1, a wider one ½), half for the duty list (leads 1, supports ½)."""
    return ((1.0 if offer.category == ask.categories[0] else 0.5) + DUTY_WORTH[offer.duty]) / 2


def _distance(ask: Ask, offer: Offer, policy: Policy) -> float | None:
    return distance.worth(ask.place, offer.place, policy.bands)


def _capacity(ask: Ask, offer: Offer, policy: Policy) -> float:
    return _share_left(offer)


def _lead_time(ask: Ask, offer: Offer, policy: Policy) -> float:
    """At once 1, after one working day ½, after four a fifth."""
    return 1 / (1 + offer.lead_days)


def _quality(ask: Ask, offer: Offer, policy: Policy) -> float | None:
    return offer.quality


def _package_first(ask: Ask, offer: Offer, policy: Policy) -> float:
    return float(offer.paying_account(ask.quantity) is AccountKind.PACKAGE)


def _fairness(ask: Ask, offer: Offer, policy: Policy) -> float:
    """Where there is plenty, everyone counts in full; the less is left, the more it counts who comes first."""
    plenty = _share_left(offer)
    return plenty + (1 - plenty) * policy.comes_first(ask)


def _fit_words(ask: Ask, offer: Offer, policy: Policy) -> Sentence:
    is_own = offer.category == ask.categories[0]
    zh, en = ("类别相同", "the same category") if is_own else ("属上级类别", "a wider category")
    return Sentence(zh=f"{zh}；职责清单：{offer.duty.zh}", en=f"{en}; duty list: {offer.duty}")


def _distance_words(ask: Ask, offer: Offer, policy: Policy) -> Sentence:
    return distance.words(ask.place, offer.place)


def _capacity_words(ask: Ask, offer: Offer, policy: Policy) -> Sentence:
    if not offer.is_quantified:
        return Sentence(zh="不限数量", en="without a limit")
    left = offer.available or 0
    return Sentence(zh=f"余{left}，共{offer.maximum}", en=f"{left} of {offer.maximum} left")


def _lead_time_words(ask: Ask, offer: Offer, policy: Policy) -> Sentence:
    if not offer.lead_days:
        return Sentence(zh="可立即开始", en="begins at once")
    days = "day" if offer.lead_days == 1 else "days"
    return Sentence(
        zh=f"通常{offer.lead_days}个工作日内开始", en=f"usually begins within {offer.lead_days} working {days}"
    )


def _quality_words(ask: Ask, offer: Offer, policy: Policy) -> Sentence:
    if offer.quality is None:
        return Sentence(zh="尚无评价", en="not rated yet")
    return Sentence(zh=f"以往评价{offer.quality:.0%}", en=f"rated {offer.quality:.0%} so far")


def _package_first_words(ask: Ask, offer: Offer, policy: Policy) -> Sentence:
    if offer.package is None:
        return Sentence(zh="不在本站资源包内", en="not in this station's package")
    return Sentence(zh=f"本站资源包余{offer.package}", en=f"{offer.package} left in this station's package")


def _fairness_words(ask: Ask, offer: Offer, policy: Policy) -> Sentence:
    plenty, worth = _share_left(offer), policy.comes_first(ask)
    return Sentence(
        zh=f"现余{plenty:.0%}；名额紧张时的优先度{worth:.0%}",
        en=f"{plenty:.0%} is left; priority when little is: {worth:.0%}",
    )


TERMS: Final[dict[ScoreTerm, tuple[Value, Words]]] = {
    ScoreTerm.FIT: (_fit, _fit_words),
    ScoreTerm.DISTANCE: (_distance, _distance_words),
    ScoreTerm.CAPACITY: (_capacity, _capacity_words),
    ScoreTerm.LEAD_TIME: (_lead_time, _lead_time_words),
    ScoreTerm.QUALITY: (_quality, _quality_words),
    ScoreTerm.PACKAGE_FIRST: (_package_first, _package_first_words),
    ScoreTerm.FAIRNESS: (_fairness, _fairness_words),
}


def points(ask: Ask, offer: Offer, policy: Policy) -> float:
    """The score alone, 0 to 100, without words: cheap enough for every offer of a category."""
    got = known = 0.0
    for name, weight in policy.weights.items():
        value = TERMS[name][0](ask, offer, policy)
        if value is not None:
            got += weight * value
            known += weight
    return FULL * got / known if known else 0.0


def rank(ask: Ask, offers: Iterable[Offer], policy: Policy, *, limit: int) -> list[Candidate]:
    """The best offers, best first. Only these are put into words."""
    keyed = ((-round(points(ask, offer, policy), DECIMALS), offer.resource_id, offer) for offer in offers)
    best = nsmallest(limit, keyed, key=lambda each: each[:2])
    return [explained(place, ask, offer, policy) for place, (_, _, offer) in enumerate(best, start=1)]


def explained(place: int, ask: Ask, offer: Offer, policy: Policy) -> Candidate:
    """One candidate with its terms in numbers and words."""
    values = {name: TERMS[name][0](ask, offer, policy) for name in policy.weights}
    known = sum(policy.weights[name] for name, value in values.items() if value is not None)
    terms = tuple(_term(name, value, known, (ask, offer, policy)) for name, value in values.items())
    return Candidate(
        rank=place,
        resource_id=offer.resource_id,
        points=sum(term.points for term in terms),
        confidence=known / sum(policy.weights.values()) if policy.weights else 0.0,
        terms=terms,
        account=offer.paying_account(ask.quantity),
    )


def _term(name: ScoreTerm, value: float | None, known: float, case: tuple[Ask, Offer, Policy]) -> Term:
    weight = case[2].weights[name]
    given = 0.0 if value is None or not known else FULL * weight * value / known
    return Term(name, value, weight, given, TERMS[name][1](*case))
