"""What needs are about, who leads, how soon, and what there is to give."""

from itertools import product

import pytest

from shared.reference import rows_of_table
from shared.schemas.reference import (
    Category,
    Department,
    DutyAssignment,
    ResourceKind,
    ServiceLevel,
    rules_of,
)
from shared.schemas.vocabulary import CardField, ClockKind, Standing, Urgency

CATEGORIES = {each.code: each for each in (Category.model_validate(row.body) for row in rows_of_table("category"))}
DEPARTMENTS = {Department.model_validate(row.body).slug for row in rows_of_table("department")}
DUTIES = [DutyAssignment.model_validate(row.body) for row in rows_of_table("duty")]
LEVELS = {row.key: ServiceLevel.model_validate(row.body) for row in rows_of_table("service_level")}
KINDS = [ResourceKind.model_validate(row.body) for row in rows_of_table("resource_kind")]
OURS = [code for code, category in CATEGORIES.items() if category.refers_to is None]


@pytest.mark.parametrize("category", OURS)
def test_one_department_leads_on_a_category_in_the_whole_city(category: str) -> None:
    leads = [duty.lead for duty in DUTIES if duty.category == category and duty.division == "3610"]
    assert len(leads) == 1
    assert leads[0] in DEPARTMENTS


def test_those_who_help_are_departments_and_never_the_lead() -> None:
    assert all(set(duty.supporting) <= DEPARTMENTS - {duty.lead} for duty in DUTIES)


def test_what_is_not_ours_goes_to_12345_and_shows_nobody_anything() -> None:
    referred = [category for category in CATEGORIES.values() if category.refers_to]
    assert [(category.refers_to, category.card_fields) for category in referred] == [("12345", ())]


def test_no_category_shows_the_words_as_they_were_spoken() -> None:
    assert [code for code, category in CATEGORIES.items() if CardField.WORDS in category.card_fields] == []


def test_a_victim_of_violence_is_not_found_by_the_card_of_womens_rights() -> None:
    assert CardField.ADDRESS not in CATEGORIES["women_rights"].card_fields


@pytest.mark.parametrize(
    ("clock", "routine", "urgent", "crisis"),
    [
        ("triage", "4 working_hours", "1 hours", "5 minutes"),
        ("station_response", "1 working_days", "4 hours", "1 hours"),
        ("provider_response", "1 working_days", "4 hours", "1 hours"),
        ("first_contact", "3 calendar_days", "24 hours", "2 hours"),
    ],
)
def test_the_promises_are_those_of_the_table(clock: str, routine: str, urgent: str, crisis: str) -> None:
    promised = [LEVELS[f"{clock}:{urgency}"].amount for urgency in ("routine", "urgent", "crisis")]
    assert [f"{amount.value} {amount.unit}" for amount in promised] == [routine, urgent, crisis]


def test_every_clock_has_a_target_for_every_urgency() -> None:
    assert {f"{clock}:{urgency}" for clock, urgency in product(ClockKind, Urgency)} <= set(LEVELS)


def test_a_need_is_to_be_met_in_a_time_set_for_its_category() -> None:
    assert {f"need_met:{urgency}:{category}" for urgency, category in product(Urgency, OURS)} <= set(LEVELS)


def test_only_the_routine_runs_on_working_time() -> None:
    assert {level.urgency for level in LEVELS.values() if level.working_time} == {Urgency.ROUTINE}


def test_there_are_thirty_kinds_of_resource_and_every_department_brings_some() -> None:
    assert len(KINDS) >= 30
    assert {kind.department for kind in KINDS} == DEPARTMENTS


def test_a_kind_of_resource_is_of_a_category_that_exists() -> None:
    assert [kind.code for kind in KINDS if kind.category and kind.category not in CATEGORIES] == []


def test_every_category_that_is_ours_has_something_to_give_save_other() -> None:
    assert set(OURS) - {kind.category for kind in KINDS} == {"other"}


def test_every_rule_says_in_both_languages_why_it_refuses() -> None:
    rules = [rule for kind in KINDS if kind.eligibility for rule in rules_of(kind.eligibility)]
    assert all(rule.because.zh.strip() and rule.because.en.strip() for rule in rules)


def test_a_figure_that_is_verified_stands_in_a_row_that_is() -> None:
    unfounded = [
        figure.name_zh
        for kind in KINDS
        for figure in kind.figures
        if figure.standing is Standing.VERIFIED and kind.standing is not Standing.VERIFIED
    ]
    assert unfounded == []


def test_what_stations_get_has_no_category() -> None:
    station = next(kind for kind in KINDS if kind.for_stations).model_dump(mode="json")
    with pytest.raises(ValueError, match="what stations get has none"):
        ResourceKind.model_validate({**station, "category": "meals"})
