"""Ranking: terms in words and numbers, one order whatever comes in, unknown neither good nor bad."""

import itertools
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.matching.rules.candidates import Duty, Offer
from services.matching.rules.distance import Place, Point
from services.matching.rules.ordering import allowing_rule
from services.matching.rules.person import Person
from services.matching.rules.ranking import Candidate, Policy, Term, rank
from shared.reference.rows import rows_of_table
from shared.schemas.reference import OrderingRule
from shared.schemas.vocabulary import AccountKind, Group, PointQuality, ScoreTerm

from .examples import QINGYUN, WENQUAN, YIHUANG, ask, number, offer, policy

amounts = some.integers(0, 20)
shares = some.none() | some.floats(0, 1)
places = some.sampled_from(
    [
        Place(QINGYUN),
        Place(WENQUAN, Point(116.25, 27.90)),
        Place(WENQUAN, Point(116.0, 27.5, PointQuality.PLACEHOLDER)),
        Place(None),
    ]
)


@some.composite
def offers(draw: some.DrawFn) -> list[Offer]:
    ids = draw(some.lists(some.integers(1, 50), unique=True, max_size=8))
    return [
        offer(
            resource_id=number(each),
            available=draw(amounts),
            package=draw(some.none() | amounts),
            lead_days=draw(some.integers(0, 30)),
            quality=draw(shares),
            place=draw(places),
            duty=draw(some.sampled_from(Duty)),
        )
        for each in ids
    ]


def only(**changed: Any) -> Candidate:
    return rank(ask(), [offer(**changed)], policy(), limit=1)[0]


def term(name: ScoreTerm, candidate: Candidate) -> Term:
    return next(each for each in candidate.terms if each.name is name)


def better(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether the first comes before the second, though the second has the smaller id."""
    both = [offer(resource_id=number(2), **one), offer(resource_id=number(1), **other)]
    return rank(ask(), both, policy(), limit=2)[0].resource_id == number(2)


@given(offers(), some.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_how_offers_come_in(some_offers: list[Offer], chance: Random) -> None:
    shuffled = chance.sample(some_offers, len(some_offers))
    assert rank(ask(), shuffled, policy(), limit=8) == rank(ask(), some_offers, policy(), limit=8)


@given(offers())
def test_points_are_the_sum_of_their_terms_and_fall_from_place_to_place(some_offers: list[Offer]) -> None:
    ranked = rank(ask(), some_offers, policy(), limit=8)
    assert [each.rank for each in ranked] == list(range(1, len(some_offers) + 1))
    for each in ranked:
        assert each.points == pytest.approx(sum(term.points for term in each.terms))
        assert 0 <= each.points <= 100 + 1e-9
    assert all(one.points >= other.points - 1e-6 for one, other in itertools.pairwise(ranked))


@given(offers())
def test_every_term_lies_between_nothing_and_everything_and_speaks_both_languages(some_offers: list[Offer]) -> None:
    for candidate in rank(ask(), some_offers, policy(), limit=8):
        assert {each.name for each in candidate.terms} == set(ScoreTerm)
        assert all(each.value is None or 0 <= each.value <= 1 for each in candidate.terms)
        assert all(each.words.zh and each.words.en for each in candidate.terms)


def test_the_same_points_are_told_apart_by_id() -> None:
    twins = [offer(resource_id=number(9)), offer(resource_id=number(3))]
    assert [each.resource_id for each in rank(ask(), twins, policy(), limit=2)] == [number(3), number(9)]


def test_only_as_many_as_asked_for_are_ranked() -> None:
    assert len(rank(ask(), [offer(resource_id=number(each)) for each in range(20)], policy(), limit=10)) == 10


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"category": "meals"}, {"category": "elderly_care"}),
        ({"duty": Duty.LEADS}, {"duty": Duty.SUPPORTS}),
        ({"place": Place(QINGYUN)}, {"place": Place(WENQUAN, Point(116.0, 27.5))}),
        ({"available": 15}, {"available": 5}),
        ({"lead_days": 0}, {"lead_days": 5}),
        ({"quality": 0.9}, {"quality": 0.4}),
        ({"package": 1}, {"package": 0}),
    ],
)
def test_what_is_better_in_one_term_comes_first(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert better(one, other)


def test_an_unknown_distance_is_better_than_a_far_one_and_worse_than_a_near_one() -> None:
    unknown = {"place": Place(WENQUAN)}
    assert better(unknown, {"place": Place(WENQUAN, Point(116.0, 27.5))})
    assert better({"place": Place(QINGYUN)}, unknown)


def test_an_unknown_term_gives_no_points_and_lowers_only_the_confidence() -> None:
    known = only(quality=0.5)
    unknown = only(quality=None)
    assert term(ScoreTerm.QUALITY, unknown).value is None
    assert known.confidence == pytest.approx(1.0)
    assert unknown.confidence == pytest.approx(0.9)


def test_a_term_that_the_policy_gives_no_weight_is_not_shown() -> None:
    candidate = rank(ask(), [offer()], policy(quality=0), limit=1)[0]
    assert ScoreTerm.QUALITY not in {each.name for each in candidate.terms}


def fairness_of(person: Person, place: Place, available: int) -> float | None:
    asking = ask(person=person, place=place)
    return term(ScoreTerm.FAIRNESS, rank(asking, [offer(available=available)], policy(), limit=1)[0]).value


def test_where_there_is_plenty_everyone_counts_in_full_and_where_there_is_little_the_underserved_do() -> None:
    migrant, neighbour = Person(groups=frozenset({Group.MIGRANT})), Person()
    town, poor_county = Place(QINGYUN), Place(YIHUANG)
    assert fairness_of(neighbour, town, available=20) == 1.0
    assert fairness_of(neighbour, town, available=1) == pytest.approx(0.05)
    assert fairness_of(migrant, town, available=1) == 1.0
    assert fairness_of(neighbour, poor_county, available=1) == pytest.approx(0.05 + 0.95 * 0.6)


def test_whoever_has_two_reasons_to_come_first_has_the_stronger() -> None:
    migrant = Person(groups=frozenset({Group.MIGRANT, Group.ELDERLY}))
    assert policy().comes_first(ask(person=migrant, place=Place(YIHUANG))) == 1.0


def test_the_account_that_would_pay_is_told() -> None:
    assert only(package=1).account is AccountKind.PACKAGE
    assert only(available=None, maximum=None).account is None


def test_the_rows_of_the_reference_data_make_a_policy() -> None:
    tables = (
        [row.read() for row in rows_of_table(name)] for name in ("score_weight", "distance_band", "fairness_term")
    )
    real = Policy.of(*tables)  # type: ignore[arg-type]
    assert sum(real.weights.values()) == pytest.approx(1.0)
    assert rank(ask(), [offer()], real, limit=1)[0].points > 50


def rule(**changed: Any) -> OrderingRule:
    plain: dict[str, Any] = {"category": "meals", "from_package_only": True, "minimum_confidence": 0.8}
    return OrderingRule(**(plain | changed))


@pytest.mark.parametrize(
    ("row", "best", "sure", "is_allowed"),
    [
        (rule(), {"package": 5, "quality": 0.5}, 0.9, True),
        (rule(), {"package": 0, "quality": 0.5}, 0.9, False),
        (rule(from_package_only=False), {"package": 0, "quality": 0.5}, 0.9, True),
        (rule(), {"package": 5, "quality": 0.5}, 0.7, False),
        (rule(minimum_confidence=0.95), {"package": 5, "quality": None}, 1.0, False),
        (rule(category="legal_aid"), {"package": 5, "quality": 0.5}, 0.9, False),
    ],
)
def test_the_platform_orders_by_itself_only_where_a_row_allows_it_and_it_is_sure_enough(
    row: OrderingRule, best: dict[str, Any], sure: float, is_allowed: bool
) -> None:
    found = allowing_rule(ask(), only(**best), [row], triage_confidence=sure)
    assert (found is row) == is_allowed
