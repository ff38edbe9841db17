"""Who would work at stations: some 500, town 4.2 and country 2.1 a station, 18 % licensed, most of them trained.

They are sample accounts, named after their station; nobody is meant.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import cycle
from typing import Any

from deploy.sample.city import dice, setting_of, stations, townships
from deploy.sample.stations import files
from shared.schemas.reference import Station
from shared.schemas.vocabulary import Licence, StationKind, StationSetting

# In turn over shuffled stations; their means are the plan's figures.
STAFF = {StationSetting.URBAN: (4, 5, 3, 5, 4), StationSetting.RURAL: (2, 2, 1, 3, 2, 2, 3, 2, 2, 2)}
STAFF_OF_HEADS = {StationKind.HEAD: 9, StationKind.CITY: 12}
LICENSED = 0.18
LEVELS = {Licence.ASSISTANT: 70, Licence.SOCIAL_WORKER: 27, Licence.SENIOR: 3}
FIRST_DAY, DAYS = date(2024, 3, 1), 640
PASSED, FAILED = 0.9, 0.05
YEARLY = 0.2
WITH_MENTOR = 0.6


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody at a station, before the platform knows of them. The first of a station is the others' mentor."""

    account: str
    station: Station
    number: int
    licence: Licence
    skills: tuple[str, ...]
    joined: datetime
    has_mentor: bool
    trainings: tuple[Mapping[str, Any], ...]

    @property
    def is_able(self) -> bool:
        """Whether they passed the pre-service course, without which nobody has cases."""
        return any(each["kind"] == "pre_service" and each["passed"] for each in self.trainings)


@cache
def workers() -> tuple[Worker, ...]:
    """Everybody, station by station."""
    return tuple(_workers())


def workers_of(station: Station) -> list[Worker]:
    return [worker for worker in workers() if worker.station.code == station.code]


def _workers() -> Iterator[Worker]:
    held, known = files(), _licences()
    for station in stations():
        special = [line["category"] for line in held[station.code].get("services", [])] or ["hardship_relief"]
        for number in range(1, staff_of(station) + 1):
            account = f"worker-{station.division}-{number}"
            chance = dice("worker", account)
            joined = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
            yield Worker(
                account=account,
                station=station,
                number=number,
                licence=known.get(account, Licence.NONE),
                skills=tuple(sorted(chance.sample(special, min(2, len(special))))),
                joined=datetime.combine(joined, time(1), UTC),
                has_mentor=number > 1 and chance.random() < WITH_MENTOR,
                trainings=tuple(_trainings(account, number, joined)),
            )


def staff_of(station: Station) -> int:
    """How many work there."""
    return STAFF_OF_HEADS.get(station.kind) or _staff()[station.division]


@cache
def _staff() -> dict[str, int]:
    counts: dict[str, int] = {}
    for setting, turns in STAFF.items():
        codes = [row.code for row in townships() if setting_of(row) is setting]
        dice("staff", setting).shuffle(codes)
        counts |= dict(zip(codes, cycle(turns), strict=False))
    return counts


@cache
def _licences() -> dict[str, Licence]:
    """Who is licensed: twice as likely in town."""
    accounts = [(station, f"worker-{station.division}-{n}") for station in stations() for n in _numbers(station)]
    chance = dice("licences")
    in_turn = sorted(accounts, key=lambda each: chance.random() * (1 if _is_rural(each[0]) else 0.5))
    licensed = [account for _, account in in_turn[: round(LICENSED * len(accounts))]]
    levels = chance.choices([*LEVELS], weights=[*LEVELS.values()], k=len(licensed))
    return dict(zip(licensed, levels, strict=True))


def _numbers(station: Station) -> range:
    return range(1, staff_of(station) + 1)


def _is_rural(station: Station) -> bool:
    return any(row.code == station.division and setting_of(row) is StationSetting.RURAL for row in townships())


def _trainings(account: str, number: int, joined: date) -> Iterator[dict[str, Any]]:
    """The pre-service course (the first of a station has always passed it), and for some a yearly one."""
    chance = dice("training", account)
    turn = 0.0 if number == 1 else chance.random()
    if turn < PASSED + FAILED:
        yield _training("pre_service", joined + timedelta(days=14), 24, passed=turn < PASSED)
    if turn < PASSED and chance.random() < YEARLY:
        yield _training("yearly", joined + timedelta(days=200), 16, passed=True)


def _training(kind: str, day: date, hours: int, *, passed: bool) -> dict[str, Any]:
    return {"kind": kind, "held_on": day.isoformat(), "hours": hours, "passed": passed}
