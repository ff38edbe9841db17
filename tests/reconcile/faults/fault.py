"""What a fault is, and how it is planted: by the database's owner, past every rule."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from tests.city import City

ALL = "everywhere"


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
    """Plant each of these once, in the order of a seed, as often round as there is somebody left to hurt."""
    chance, hurt, planted = random.Random(seed), set[tuple[str, str]](), list[Planted]()
    left = list(faults)
    while left and (most is None or len(planted) < most):
        chance.shuffle(left)
        # What is planted and not counted would look like a false alarm.
        for fault in left[: None if most is None else most - len(planted)]:
            subject = await _plant(city, fault, chance, hurt)
            if subject is None:
                left.remove(fault)
            else:
                planted.append(Planted(fault, subject))
        if most is None:
            break
    return planted


async def _plant(city: City, fault: Fault, chance: random.Random, hurt: set[tuple[str, str]]) -> str | None:
    owner = await city.owner(fault.where)
    try:
        taken = {family for service, family in hurt if fault.alone or service in {fault.where, ALL}}
        rows = sorted((str(row[0]), str(row[1])) for row in await owner.fetch(fault.pick) if row[1] not in taken)
        if not rows:
            return None
        id, family = chance.choice(rows)
        hurt.add((ALL if fault.alone else fault.where, family))
        for statement in fault.plant:
            done = await owner.execute(statement, id)
            assert not done.endswith(" 0"), f"{fault.promise}: nothing was hurt by {statement}"
        return id
    finally:
        await owner.close()
