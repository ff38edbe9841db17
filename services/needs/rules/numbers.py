"""Resident numbers (GB 11643-1999): eighteen places, the last a check."""

import re
from dataclasses import dataclass
from datetime import date

from shared.schemas.vocabulary import Sex

EARLIEST_BIRTH = date(1880, 1, 1)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
FULL_WIDTH = str.maketrans("０１２３４５６７８９Ｘｘ", "0123456789XX")
# The first two digits of every province, and the residence permits of Hong Kong, Macao and Taiwan (81–83).
PROVINCES = frozenset(
    {
        *(
            "11",
            "12",
            "13",
            "14",
            "15",
            "21",
            "22",
            "23",
            "31",
            "32",
            "33",
            "34",
            "35",
            "36",
            "37",
            "41",
            "42",
            "43",
            "44",
        ),
        *("45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83", "91"),
    }
)


class BadResidentNumber(ValueError):
    """Says in both languages what is wrong; never holds the number itself."""


@dataclass(frozen=True, slots=True)
class ResidentNumber:
    """A checked number, and what it tells."""

    value: str

    @property
    def birth_date(self) -> date:
        return date(int(self.value[6:10]), int(self.value[10:12]), int(self.value[12:14]))

    @property
    def sex(self) -> Sex:
        return Sex.MALE if int(self.value[16]) % 2 else Sex.FEMALE


def normalise_number(written: str) -> str:
    """A number as people write it, with spaces and full-width digits made plain."""
    return re.sub(r"[\s-]", "", written.translate(FULL_WIDTH)).upper()


def check_digit(first_seventeen: str) -> str:
    """The eighteenth place (ISO 7064 MOD 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first_seventeen, strict=True))
    return CHECKS[total % 11]


def read_number(written: str) -> ResidentNumber:
    """A checked resident number.

    Raises:
        BadResidentNumber: its form, region, birth date or check character is wrong.
    """
    value = normalise_number(written)
    if re.fullmatch(r"\d{15}", value):
        raise BadResidentNumber(
            "fifteen-digit numbers ended in 2013; ask for the eighteen-digit one | 十五位号码已停用，请提供十八位号码"
        )
    if not re.fullmatch(r"\d{17}[\dX]", value) or value[:2] not in PROVINCES:
        raise BadResidentNumber(
            "a resident number has eighteen places and begins with a region | 公民身份号码应为十八位并以地区码开头"
        )
    number = ResidentNumber(value)
    try:
        born = number.birth_date
    except ValueError:
        born = None
    if born is None or born < EARLIEST_BIRTH:
        raise BadResidentNumber("places 7 to 14 are not a birth date | 第七至十四位不是有效的出生日期")
    if check_digit(value[:17]) != value[17]:
        raise BadResidentNumber("the check character is wrong; read it again | 校验码不符，请核对后重新输入")
    return number


def age_on(born: date, day: date) -> int:
    """Age in whole years; who was born on 29 February is a year older on 1 March of common years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def birthday(born: date, age: int) -> date:
    """The day somebody reaches an age."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def next_birthday_that_matters(born: date, day: date, ages: frozenset[int]) -> date | None:
    """The next day on which a rule may see this person differently."""
    coming = [birthday(born, age) for age in ages]
    return min((when for when in coming if when > day), default=None)
