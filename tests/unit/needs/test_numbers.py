"""Resident numbers: what the standard makes valid passes, whatever is one character wrong does not."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.needs.rules.numbers import (
    PROVINCES,
    BadResidentNumber,
    age_on,
    birthday,
    check_digit,
    next_birthday_that_matters,
    read_number,
)
from shared.schemas.vocabulary import Sex

VALID = "11010119900307803X"
births = some.dates(min_value=date(1900, 1, 1), max_value=date(2026, 11, 25))


@some.composite
def numbers(draw: some.DrawFn) -> str:
    region = draw(some.sampled_from(sorted(PROVINCES))) + f"{draw(some.integers(0, 9999)):04}"
    first = f"{region}{draw(births):%Y%m%d}{draw(some.integers(0, 999)):03}"
    return first + check_digit(first)


@pytest.mark.parametrize(
    ("written", "born", "sex"),
    [
        ("11010119900307803X", date(1990, 3, 7), Sex.MALE),
        ("440308199901101512", date(1999, 1, 10), Sex.MALE),
        ("11010119900307803x", date(1990, 3, 7), Sex.MALE),
        ("１１０１０１１９９００３０７８０３Ｘ", date(1990, 3, 7), Sex.MALE),
        ("110101 19900307 803X", date(1990, 3, 7), Sex.MALE),
        ("110101-19900307-803ｘ", date(1990, 3, 7), Sex.MALE),
    ],
)
def test_a_number_of_the_standard_is_read(written: str, born: date, sex: Sex) -> None:
    number = read_number(written)
    assert (number.birth_date, number.sex) == (born, sex)
    assert number.value.isascii()


@pytest.mark.parametrize("region", ["362501", "362502", "361029", "361002", "810000", "820000", "830000", "911100"])
def test_historical_areas_and_residence_permits_are_read(region: str) -> None:
    first = f"{region}19520307002"
    assert read_number(first + check_digit(first)).sex is Sex.FEMALE


@pytest.mark.parametrize("day", ["20000229", "19960229", "20240229"])
def test_a_leap_day_is_a_birth_date(day: str) -> None:
    first = f"361002{day}002"
    assert read_number(first + check_digit(first)).birth_date.day == 29


@pytest.mark.parametrize("day", ["19000229", "20230229", "20230431", "20231301", "20230100", "00000101", "18791231"])
def test_a_day_that_never_was_is_none(day: str) -> None:
    first = f"361002{day}002"
    with pytest.raises(BadResidentNumber, match="birth date"):
        read_number(first + check_digit(first))


def test_fifteen_digits_are_refused_with_the_reason() -> None:
    with pytest.raises(BadResidentNumber, match="十八位"):
        read_number("110101900307803")


@pytest.mark.parametrize(
    "written",
    ["", "X", VALID[:-1], VALID + "0", "X" + VALID[1:], VALID[:5] + "X" + VALID[6:], "991010199003078035", "一" * 18,
     "².1010119900307803", "١١٠١٠١١٩٩٠٠٣٠٧٨٠٣X"],
)  # fmt: skip
def test_what_has_another_form_is_refused(written: str) -> None:
    with pytest.raises(BadResidentNumber):
        read_number(written)


@given(numbers())
def test_every_number_made_by_the_standard_is_read(number: str) -> None:
    assert read_number(number).value == number


@given(numbers())
def test_one_wrong_character_is_always_noticed(number: str) -> None:
    for place, right in enumerate(number):
        for wrong in "0123456789X":
            if wrong != right:
                with pytest.raises(BadResidentNumber):
                    read_number(number[:place] + wrong + number[place + 1 :])


@given(numbers())
def test_a_refusal_never_holds_the_number(number: str) -> None:
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    with pytest.raises(BadResidentNumber) as refused:
        read_number(wrong)
    assert wrong not in str(refused.value)
    assert number[:14] not in str(refused.value)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(1966, 11, 25), date(2026, 11, 24), 59),
        (date(1966, 11, 25), date(2026, 11, 25), 60),
        (date(2026, 11, 25), date(2026, 11, 25), 0),
    ],
)
def test_age_grows_on_the_birthday(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


@given(births, some.integers(1, 110))
def test_a_birthday_is_the_first_day_of_an_age(born: date, age: int) -> None:
    day = birthday(born, age)
    assert age_on(born, day) == age
    assert age_on(born, date.fromordinal(day.toordinal() - 1)) == age - 1


def test_the_next_birthday_that_matters_is_the_soonest_to_come() -> None:
    ages = frozenset({14, 18, 60})
    assert next_birthday_that_matters(date(2010, 5, 1), date(2026, 11, 25), ages) == date(2028, 5, 1)
    assert next_birthday_that_matters(date(2010, 5, 1), date(2028, 5, 1), ages) == date(2070, 5, 1)
    assert next_birthday_that_matters(date(1950, 5, 1), date(2026, 11, 25), ages) is None
    assert next_birthday_that_matters(date(2008, 2, 29), date(2026, 2, 28), ages) == date(2026, 3, 1)
