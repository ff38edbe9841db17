"""Who asks: made-up people of every group that stations serve. Nobody alive is meant.

Names are among the most common ones, put together by chance. Resident numbers are valid by their check, and begin with
an area that was never assigned (GB/T 2260 numbers prefectures to 90 at most): none was ever issued. Phones begin with
154, a block that was never given to an operator.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from shared.schemas.vocabulary import Sex

# Jiangxi's digits, and then a prefecture and a county that do not exist.
NEVER_ISSUED: Final = "369999"
NEVER_ASSIGNED: Final = "154"
WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS: Final = "10X98765432"
SURNAMES: Final = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
WOMEN: Final = ("秀英", "桂英", "玉兰", "丽", "敏", "静", "艳", "娟", "芳", "婷", "秀兰", "红梅", "小燕", "慧", "月英")
MEN: Final = ("伟", "强", "军", "勇", "杰", "磊", "涛", "明", "建国", "建华", "志强", "国平", "文斌", "俊", "小龙")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of people who ask for the same things: how old, of which groups, with which codes."""

    ages: tuple[int, int]
    codes: Callable[[random.Random, int], dict[str, Any]]
    relation: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who asks, as an intake form would hold them."""

    name: str
    number: str
    born: date
    sex: Sex
    phone: str
    owner: str
    codes: dict[str, Any]
    relation: str | None

    @property
    def is_elderly(self) -> bool:
        return "elderly" in self.codes["groups"]

    def form(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "number": self.number,
            "sex": self.sex.value,
            "phones": [{"number": self.phone, "owner": self.owner}],
            "codes": self.codes,
        }


def number_of(born: date, order: int) -> str:
    """A resident number with a right check character that nobody was ever given."""
    digits = f"{NEVER_ISSUED}{born:%Y%m%d}{order % 1000:03d}"
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=True))
    return digits + CHECKS[total % 11]


def person(chance: random.Random, number: int, kind: Kind, *, on: date) -> Person:
    """Somebody of a kind; no two have the same phone, for the number counts them."""
    age = chance.randint(*kind.ages)
    born = date(on.year - age, 1, 1) - timedelta(days=chance.randrange(300))
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    order = chance.randrange(1000)
    sex = Sex.MALE if order % 2 else Sex.FEMALE
    given = chance.choice(MEN if sex is Sex.MALE else WOMEN)
    return Person(
        name=chance.choice(SURNAMES) + given,
        number=number_of(born, order),
        born=born,
        sex=sex,
        phone=f"{NEVER_ASSIGNED}{number:08d}",
        owner="self" if kind.relation is None else "guardian" if age < 18 else "child",
        codes=kind.codes(chance, age),
        relation=kind.relation,
    )


def elder(chance: random.Random, age: int) -> dict[str, Any]:
    """Somebody of sixty or more: alone, left behind, of great age, more or less able."""
    groups = ["elderly", chance.choice(("empty_nest", "living_alone", "elder_left_behind"))]
    groups += ["advanced_age"] if age >= 80 else []
    able = chance.choices(("able", "mild", "moderate", "severe"), weights=(60, 25, 10, 5))[0]
    codes = {"groups": groups, "self_care": able, "household_registration": "here"}
    return codes | (_poor(groups, chance) if chance.random() < 0.3 else {"income_class": "middle"})


def child(chance: random.Random, age: int) -> dict[str, Any]:
    """A child at school, left behind or in difficulty."""
    groups = [chance.choices(("left_behind_child", "child_in_difficulty"), weights=(75, 25))[0]]
    stage = "kindergarten" if age < 6 else "primary" if age < 12 else "junior" if age < 15 else "senior"
    return {"groups": groups, "school_stage": stage, "household_registration": "here", "employment": "student"}


def jobless(chance: random.Random, age: int) -> dict[str, Any]:
    """Somebody who looks for work: young, come home from afar, or a woman who stayed."""
    if age < 25:
        return {"groups": ["unemployed_youth"], "employment": "unemployed", "household_registration": "here"}
    group = chance.choice(("migrant", "woman_left_behind", "hardship"))
    work = chance.choice(("unemployed", "long_unemployed", "flexible", "farming"))
    codes = {"groups": [group], "employment": work, "household_registration": "here"}
    return codes | (_poor([group], chance) if group == "hardship" else {})


def disabled(chance: random.Random, _: int) -> dict[str, Any]:
    """Somebody with a disability certificate."""
    codes = {"groups": ["disabled"], "disability_kind": chance.choice(("physical", "visual", "hearing"))}
    return codes | {"disability_level": chance.randint(1, 4), "household_registration": "here", "income_class": "low"}


def adult(chance: random.Random, _: int) -> dict[str, Any]:
    """A grown-up in a hard time."""
    group = chance.choice(("hardship", "migrant", "woman_left_behind", "mental_illness"))
    codes = {"groups": [group], "household_registration": "here", "employment": "flexible"}
    return codes | (_poor([group], chance) if group == "hardship" else {})


def _poor(groups: list[str], chance: random.Random) -> dict[str, Any]:
    kind = chance.choice(("minimum_living", "minimum_living_margin", "relapse_monitored"))
    merged = groups if "hardship" in groups else [*groups, "hardship"]
    return {"groups": merged, "hardship": kind, "income_class": "below_one_and_half"}


ELDER: Final = Kind((61, 88), elder)
FRAIL: Final = Kind((66, 90), elder, "child")
CHILD: Final = Kind((4, 14), child, "grandparent")
JOBLESS: Final = Kind((17, 55), jobless)
DISABLED: Final = Kind((20, 58), disabled)
ADULT: Final = Kind((22, 57), adult)
