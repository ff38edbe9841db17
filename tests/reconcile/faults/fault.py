"""What a fault is, and how it is planted: by the database's owner, past every rule."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tests.city import City

ALL = "everywhere"
# (id, family) of whatever can be hurt.
Rows: TypeAlias = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is broken: `pick` finds (id, family) of what can be, `plant` breaks it; no family is hurt twice.

    `stays`: no rule heals it, so it must be raised. `also`: promises that it breaks besides, anywhere.
    """

    promise: str
    pick: str
    plant: tuple[str, ...]
    stays: bool = False
    also: tuple[str, ...] = ()
    service: str = ""
    # Its family is hurt in no other service either.
    alone: bool = False

    @property
    def where(self) -> str:
        return self.service or self.promise.split(".", 1)[0]


@dataclass(frozen=True, slots=True)
class Planted:
    """A fault, and the subject for which it must be found."""

    fault: Fault
    subject: str


async def plant(city: City, faults: Sequence[Fault], *, seed: int, most: int | None = None) -> list[Planted]:
    """Plant each of these once, in the order of a seed; up to `most`, as often round as there is somebody to hurt."""
    chance, hurt, planted = random.Random(seed), set[tuple[str, str]](), list[Planted]()
    # Found before the first is planted: none is planted upon another.
    left = [(fault, await _whole(city, fault)) for fault in faults]
    while left and (most is None or len(planted) < most):
        chance.shuffle(left)
        # What is planted and not counted would look like a false alarm.
        for each in left[: None if most is None else most - len(planted)]:
            subject = await _plant(city, *each, chance, hurt)
            if subject is None:
                left.remove(each)
            else:
                planted.append(Planted(each[0], subject))
        if most is None:
            break
    return planted


async def _whole(city: City, fault: Fault) -> Rows:
    owner = await city.owner(fault.where)
    try:
        return sorted((str(row[0]), str(row[1])) for row in await owner.fetch(fault.pick))
    finally:
        await owner.close()


async def _plant(city: City, fault: Fault, rows: Rows, chance: random.Random, hurt: set[tuple[str, str]]) -> str | None:
    taken = {family for service, family in hurt if fault.alone or service in {fault.where, ALL}}
    whole = [row for row in rows if row[1] not in taken]
    if not whole:
        return None
    id, family = chance.choice(whole)
    hurt.add((ALL if fault.alone else fault.where, family))
    owner = await city.owner(fault.where)
    try:
        for statement in fault.plant:
            done = await owner.execute(statement, id)
            assert not done.endswith(" 0"), f"{fault.promise}: nothing was hurt by {statement}"
    finally:
        await owner.close()
    return id
