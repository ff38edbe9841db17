"""How stations and departments work: each in its own way, and quicker as the year goes on.

Nobody writes that the mean response falls from seven days to three: stations learn, each from another month on, and
the figures follow from when they spoke with people.
"""

import random
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from typing import Final

from deploy.sample.city import setting_of, townships
from deploy.year.asking import dice
from shared.kit.clock import SHANGHAI
from shared.schemas.vocabulary import StationSetting

# What the dice say; office hours and weekends add most of a day, so that people wait seven days and three.
SLOW_DAYS, QUICK_DAYS = 6.2, 2.1
# How much slower than in town it goes in the country.
COUNTRY: Final = 1.15
DAY: Final = timedelta(days=1)
OPENS, SHUTS = time(8, 30), time(17, 30)


@dataclass(frozen=True, slots=True)
class Department:
    """How a department deals with what stations order from it."""

    answers_hours: float
    returns: float
    is_silent: float
    fails: float
    works_days: float


DEPARTMENTS: Final = {
    "civil_affairs": Department(4, 0.05, 0.02, 0.02, 6),
    "finance": Department(9, 0.10, 0.08, 0.02, 12),
    "health": Department(5, 0.08, 0.04, 0.04, 7),
    "education": Department(6, 0.12, 0.06, 0.03, 10),
    "justice": Department(3, 0.04, 0.02, 0.03, 8),
    "human_resources": Department(7, 0.16, 0.10, 0.05, 12),
    "womens_federation": Department(3, 0.03, 0.02, 0.02, 6),
    "disabled_federation": Department(6, 0.08, 0.05, 0.03, 14),
}
USUAL: Final = Department(6, 0.08, 0.05, 0.03, 9)


def department(slug: str) -> Department:
    return DEPARTMENTS.get(slug, USUAL)


@dataclass(frozen=True, slots=True)
class Habits:
    """A station's ways: how slow it began, how quick it became, and when it learnt."""

    slow: float
    quick: float
    learns_from: float
    learns_for: float

    def days_to_contact(self, chance: random.Random, progress: float) -> float:
        """How long somebody waits for a word with somebody able to help, at a point of the year from 0 to 1."""
        learnt = min(1.0, max(0.0, (progress - self.learns_from) / self.learns_for))
        mean = self.slow + (self.quick - self.slow) * learnt
        return max(0.15, chance.gammavariate(3.0, mean / 3.0))

    def satisfaction(self, chance: random.Random, days: float) -> int:
        """Who waited long says so."""
        good = 0.9 if days <= 3 else 0.78 if days <= 7 else 0.6
        return chance.choice((4, 5, 5)) if chance.random() < good else chance.choice((1, 2, 3, 3))


@cache
def habits_of(seed: str, township: str) -> Habits:
    chance = dice(seed, "habits", township)
    is_rural = any(row.code == township and setting_of(row) is StationSetting.RURAL for row in townships())
    factor = chance.uniform(0.8, 1.2) * (COUNTRY if is_rural else 1.0)
    return Habits(SLOW_DAYS * factor, QUICK_DAYS * factor, chance.uniform(0.0, 0.35), chance.uniform(0.35, 0.6))


def is_worked(day: datetime) -> bool:
    """Whether anybody is at work then: weekends are free."""
    return day.astimezone(SHANGHAI).weekday() < 5


def at_work(moment: datetime) -> datetime:
    """The moment itself in office hours, else the next morning's; weekends are not worked."""
    local = moment.astimezone(SHANGHAI)
    if local.time() >= SHUTS:
        local = datetime.combine(local.date() + DAY, OPENS, SHANGHAI)
    elif local.time() < OPENS:
        local = datetime.combine(local.date(), OPENS, SHANGHAI)
    while not is_worked(local):
        local = datetime.combine(local.date() + DAY, OPENS, SHANGHAI)
    return local


def hours(number: float) -> timedelta:
    return timedelta(seconds=round(number * 3600))


def days(number: float) -> timedelta:
    return timedelta(seconds=round(number * 86400))
