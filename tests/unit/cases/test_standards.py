"""A station against the standard, and a person's situation as one figure."""

import pytest

from services.cases.rules.scores import overall
from services.cases.rules.standards import judge, share
from shared.reference import rows_of_table
from shared.schemas.reference import CaseworkPolicy, Category, StationStandard
from shared.schemas.vocabulary import Domain, StandardVerdict, StationMeasure, StationSetting

STANDARDS = [StationStandard.model_validate(row.body) for row in rows_of_table("station_standard")]


def verdict(code: str, value: float | None, setting: StationSetting | None = None) -> StandardVerdict | None:
    measure = next(row.measure for row in STANDARDS if row.code == code)
    found = {row.code: said for row, _, said in judge(STANDARDS, {measure: value}, setting)}
    return found.get(code)


@pytest.mark.parametrize(
    ("code", "misses", "meets"),
    [
        ("premises", 79.9, 80),
        ("service_zone", 59.9, 60),
        ("office_zone", 30.1, 30),
        ("display_zone", 9.9, 10),
        ("access", 0, 1),
        ("agreement", 0, 1),
    ],
)
def test_a_standard_is_met_from_its_figure_on(code: str, misses: float, meets: float) -> None:
    assert (verdict(code, misses), verdict(code, meets)) == (StandardVerdict.MISSES, StandardVerdict.MEETS)


@pytest.mark.parametrize(
    ("setting", "code", "other", "least"),
    [(StationSetting.RURAL, "staff_rural", "staff_urban", 3), (StationSetting.URBAN, "staff_urban", "staff_rural", 5)],
)
def test_town_and_country_have_their_own_number(setting: StationSetting, code: str, other: str, least: int) -> None:
    assert verdict(code, least, setting) is StandardVerdict.MEETS
    assert verdict(code, least - 1, setting) is StandardVerdict.MISSES
    assert verdict(other, least, setting) is None


def test_where_it_is_not_said_whether_town_or_country_nobody_judges_the_staff() -> None:
    assert verdict("staff_rural", 9) is StandardVerdict.NOT_REPORTED


def test_a_zone_is_a_share_of_premises_that_are_known() -> None:
    assert (share(48, 80), share(48, None), share(None, 80), share(48, 0)) == (60, None, None, None)


def test_every_measure_has_a_standard() -> None:
    assert {row.measure for row in STANDARDS} == set(StationMeasure)


def test_casework_is_for_deep_categories_that_exist() -> None:
    deep = {row.key for row in rows_of_table("category") if Category.model_validate(row.body).deep}
    assert {CaseworkPolicy.model_validate(row.body).category for row in rows_of_table("casework_policy")} <= deep


def test_assessments_of_different_domains_compare() -> None:
    assert overall({Domain.MIND: 5}) == overall({Domain.BODY: 5, Domain.FAMILY: 5}) == 100
    assert overall({Domain.MIND: 1, Domain.FAMILY: 2}) == 30
