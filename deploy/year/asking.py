"""What is asked over the year: how many, of what, where, when, by whom, in which words. A seed decides it."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final

from deploy.sample.city import counties, setting_of, townships
from deploy.year import DAYS, people
from deploy.year.people import Kind, Person, person
from shared.kit.clock import SHANGHAI
from shared.schemas.reference import Division
from shared.schemas.vocabulary import StationSetting


@dataclass(frozen=True, slots=True)
class Wish:
    """Something that people ask for, and the share of it in all that is asked."""

    category: str
    share: float
    kind: Kind
    words: tuple[str, ...]


# The plan's mix: counselling 35 %, child care 28 %, help with jobs 22 %, the rest over what stations do; and more than
# half are elderly: grandparents who bring up a child ask for themselves as well.
WISHES: Final = (
    Wish("counselling", 0.31, people.ELDER, ("老伴走后一直睡不着，想找人说说话。", "孩子都在外地，一个人心里发慌。")),
    Wish("counselling", 0.02, people.CHILD, ("孩子不爱说话，在学校也不合群，想请老师开导。",)),
    Wish("counselling", 0.02, people.ADULT, ("最近压力大，常常失眠，想做心理疏导。",)),
    Wish("child_care", 0.11, people.ELDER, ("孙子放学没人看，我年纪大了管不动，想找个托管的地方。",)),
    Wish("child_care", 0.17, people.CHILD, ("爸妈在外打工，放学后想有个地方写作业。", "暑假没人照看孩子，想问托管。")),
    Wish("employment", 0.22, people.JOBLESS, ("从外地回来找不到活，想问有什么工作。", "想学门手艺，有没有培训班？")),
    Wish("meals", 0.05, people.FRAIL, ("老人一个人住，做饭不方便，想找人送餐。",)),
    Wish("elder_care", 0.04, people.FRAIL, ("老人腿脚不便，想有人上门照料。",)),
    Wish("chronic_disease", 0.02, people.ELDER, ("高血压多年，想请医生上门看看。",)),
    Wish("digital_skills", 0.01, people.ELDER, ("手机挂号不会用，想学一学。",)),
    Wish("rehabilitation", 0.01, people.DISABLED, ("想申请一辆轮椅。",)),
    Wish("mediation", 0.01, people.ADULT, ("和邻居为宅基地吵了几回，想请人调解。",)),
    Wish("child_protection", 0.01, people.CHILD, ("孩子父母都不管，想请你们看看怎么办。",)),
)  # fmt: skip
CHANNELS: Final = {"hotline": 45, "walk_in": 30, "home_visit": 15, "app": 10}
# More is asked of a town's station, and where a station is known it is asked more as the year goes on.
TOWN_TO_COUNTRY: Final = 2.2
GROWTH: Final = 0.5
WEEKDAY, WEEKEND = 1.0, 0.35
RUSH: Final = 1.35
OPENS, SHUTS = 8.5, 17.5


@dataclass(frozen=True, slots=True)
class Asked:
    """One need before it is asked; its number is its name throughout the year."""

    number: int
    at: datetime
    township: str
    category: str
    person: Person
    words: str
    channel: str
    is_urgent: bool


def dice(seed: str, *subject: object) -> random.Random:
    """Chance that is the same for the same subject, on every machine."""
    return random.Random(":".join((seed, *map(str, subject))))  # noqa: S311 -- it must be foreseeable


def year_of(seed: str, *, first: date, count: int, days: int = DAYS, county: str = "3610") -> list[Asked]:
    """Everything that is asked from a day on, in the order of time; same seed, same year."""
    chance = dice(seed, "asking")
    places, weights = _places(county)
    moments = sorted(_moment(chance, first, day) for day in _days(chance, first, days, count))
    towns = chance.choices(places, weights=weights, k=count)
    wishes = chance.choices(WISHES, weights=[wish.share for wish in WISHES], k=count)
    rows = zip(moments, towns, wishes, strict=True)
    return [_asked(seed, number, moment, town, wish) for number, (moment, town, wish) in enumerate(rows, start=1)]


def _asked(seed: str, number: int, moment: datetime, town: Division, wish: Wish) -> Asked:
    chance = dice(seed, "need", number)
    return Asked(
        number=number,
        at=moment,
        township=town.code,
        category=wish.category,
        person=person(chance, number, wish.kind, on=moment.date()),
        words=chance.choice(wish.words),
        channel=chance.choices([*CHANNELS], weights=[*CHANNELS.values()])[0],
        is_urgent=chance.random() < 0.04,
    )


def _days(chance: random.Random, first: date, days: int, count: int) -> Sequence[int]:
    """On which day each is asked: weekends are quiet, the weeks before the Spring Festival and in summer are not."""
    weights = [_weight(first + timedelta(days=day)) * (1 + GROWTH * day / days) for day in range(days)]
    return chance.choices(range(days), weights=weights, k=count)


def _weight(day: date) -> float:
    usual = WEEKDAY if day.weekday() < 5 else WEEKEND
    return usual * (RUSH if day.month in {1, 7} else 1.0)


def _moment(chance: random.Random, first: date, day: int) -> datetime:
    hours = chance.uniform(OPENS, SHUTS)
    begins = datetime.combine(first + timedelta(days=day), time(), SHANGHAI)
    return begins + timedelta(seconds=round(hours * 3600))


def _places(county: str) -> tuple[list[Division], list[float]]:
    """The townships and how much each asks: by its county's people, a town more than a village."""
    chosen = [town for town in townships() if town.code.startswith(county)]
    return chosen, [_people_of(town) for town in chosen]


def _people_of(town: Division) -> float:
    weight = _setting_weight(town)
    return _population(town.code[:6]) * weight / sum(map(_setting_weight, _of_county(town.code[:6])))


def _setting_weight(town: Division) -> float:
    return TOWN_TO_COUNTRY if setting_of(town) is StationSetting.URBAN else 1.0


@cache
def _of_county(county: str) -> tuple[Division, ...]:
    return tuple(town for town in townships() if town.code.startswith(county))


@cache
def _population(county: str) -> int:
    return next(row.population or 0 for row in counties() if row.code == county)
