"""Why an offer drops out: the rule that refused it, and whether it said no or cannot tell."""

from datetime import date
from typing import Any

import pytest

from services.matching.rules.candidates import Offer
from services.matching.rules.distance import NOWHERE, Place
from services.matching.rules.eligibility import compile_tree
from services.matching.rules.person import Person
from services.matching.rules.refusing import MatchRule, Refused, answers, in_reading_order, refused
from services.matching.rules.trees import read_tree
from shared.schemas.vocabulary import AccountKind, ResourceStatus, Verdict

from .examples import TODAY, ask, number, offer

SIXTY = compile_tree(
    read_tree({"field": "age", "operator": "gte", "value": 60, "because": {"zh": "须年满60周岁", "en": "60 or over"}})
)


def refusal(an_offer: Offer, **asking: Any) -> Refused:
    found = refused(ask(**asking), an_offer)
    assert found is not None
    return found


def test_an_offer_that_passes_every_rule_is_a_candidate() -> None:
    assert refused(ask(person=Person(age=60)), offer(eligibility=SIXTY)) is None


@pytest.mark.parametrize(
    ("an_offer", "rule"),
    [
        (offer(category="legal_aid"), MatchRule.CATEGORY),
        (offer(areas=("361024",)), MatchRule.AREA),
        (offer(status=ResourceStatus.SUSPENDED), MatchRule.STATUS),
        (offer(assured_until=date(2026, 11, 24)), MatchRule.ASSURED),
        (offer(available=0), MatchRule.CAPACITY),
        (offer(opens=date(2026, 11, 26)), MatchRule.WINDOW),
        (offer(closes=date(2026, 11, 25)), MatchRule.WINDOW),
        (offer(eligibility=SIXTY), MatchRule.ELIGIBILITY),
        (offer(resource_id=number(7)), MatchRule.ALREADY_ASKED),
    ],
)
def test_each_rule_refuses_with_its_name_and_a_sentence(an_offer: Offer, rule: MatchRule) -> None:
    found = refusal(an_offer, person=Person(age=59), asked=frozenset({number(7)}))
    assert (found.rule, found.verdict, len(found.words)) == (rule, Verdict.NO, 1)


def test_every_rule_that_refuses_is_asked_in_the_fixed_order() -> None:
    assert [rule for rule, _ in answers(ask(), offer())] == list(MatchRule)


def test_what_is_not_known_of_the_person_refuses_as_unknown_and_says_what_to_ask() -> None:
    found = refusal(offer(eligibility=SIXTY))
    assert (found.rule, found.verdict, found.missing) == (MatchRule.ELIGIBILITY, Verdict.UNKNOWN, ("age",))
    assert found.words[0].zh == "须年满60周岁"


def test_a_no_outweighs_an_earlier_unknown() -> None:
    found = refusal(offer(available=0, assured_until=None), place=NOWHERE)
    assert (found.rule, found.verdict) == (MatchRule.CAPACITY, Verdict.NO)


def test_an_asker_known_only_by_county_may_live_in_the_township_served() -> None:
    found = refusal(offer(areas=("361002001",)), place=Place("361002"))
    assert (found.rule, found.verdict, found.missing) == (MatchRule.AREA, Verdict.UNKNOWN, ("division",))


def test_of_two_unknowns_the_first_is_told() -> None:
    assert refusal(offer(assured_until=None, eligibility=SIXTY)).rule is MatchRule.ASSURED


def test_a_listing_holds_on_the_last_day_that_its_provider_vouches_for() -> None:
    assert refused(ask(), offer(assured_until=TODAY)) is None


def test_a_wider_category_helps_too() -> None:
    assert refused(ask(), offer(category="elderly_care")) is None


def test_a_kind_without_a_quantity_cannot_run_out() -> None:
    assert refused(ask(quantity=1000), offer(available=None, maximum=None)) is None


def test_an_order_is_drawn_whole_from_the_package_or_else_from_the_resource() -> None:
    assert offer(package=3).paying_account(3) is AccountKind.PACKAGE
    assert offer(package=3).paying_account(4) is AccountKind.CAPACITY
    assert offer(package=3, available=0).paying_account(4) is None
    assert "余量3，不足所需4" in refusal(offer(package=3, available=0), quantity=4).words[0].zh


def test_what_asking_may_cure_is_read_first_then_what_came_nearest() -> None:
    tooyoung = refusal(offer(eligibility=SIXTY), person=Person(age=20))
    unknown = refusal(offer(eligibility=SIXTY))
    elsewhere = refusal(offer(areas=("361024",)))
    assert in_reading_order([elsewhere, tooyoung, unknown]) == [unknown, tooyoung, elsewhere]
