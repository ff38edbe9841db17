"""An ear with a projection, what can go wrong with it, and ways to see what took effect."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.kit.clock import now
from shared.kit.database import Database
from shared.kit.feed.ears import HeardFact
from shared.kit.feed.listening import Listener
from shared.kit.feed.log import announce
from tests.kit.scratch import SOMEBODY, Counted, Noted, Scratch, heard

BATCH = 50
NOTE = text("INSERT INTO effect (subject, n, at) VALUES (:subject, :n, :at)")
COUNT = text(
    "INSERT INTO tally VALUES (:subject, :n, :by) ON CONFLICT (subject)"
    " DO UPDATE SET last = :n, count = tally.count + :by"
)


@dataclass
class Ear:
    """A handler with a projection, and what goes wrong with it."""

    poisoned: set[str] = field(default_factory=set)
    stumbles: set[tuple[str, int]] = field(default_factory=set)
    # What a poisoned subject adds to its count: the table's own rule refuses it.
    by_rule: bool = False
    says_so: bool = False

    async def __call__(self, session: AsyncSession, fact: Noted) -> None:
        poison = fact.thing in self.poisoned
        await session.execute(NOTE, {"subject": fact.thing, "n": fact.n, "at": now(session)})
        by = 2_000_000 if poison and self.by_rule else 1
        if self.says_so:
            announce(session, Counted(thing=f"counted {fact.thing}"))
        await session.execute(COUNT, {"subject": fact.thing, "n": fact.n, "by": by})
        if (fact.thing, fact.n) in self.stumbles:
            self.stumbles.discard((fact.thing, fact.n))
            raise RuntimeError("half done")
        if poison:
            raise ValueError("never")


def listener(database: Database, ear: Ear, publisher: str = "scratch") -> Listener:
    async def fetch(after: str | None) -> Sequence[HeardFact]:
        return await heard(database, after, limit=BATCH)

    return Listener("needs", publisher, database, {Noted.name: (Noted, [ear])}, fetch)


async def publish(scratch: Scratch, *things: str) -> None:
    """One fact after another, numbered within its subject."""
    count: dict[str, int] = {}
    for thing in things:
        count[thing] = count.get(thing, 0) + 1
        async with scratch.database.work(SOMEBODY) as session:
            announce(session, Noted(thing=thing, n=count[thing]))


async def effects(scratch: Scratch) -> dict[str, list[int]]:
    """What took effect, by subject, in the order in which it did."""
    rows = await scratch.owner.fetch("SELECT subject, array_agg(n ORDER BY place) AS n FROM effect GROUP BY subject")
    return {row["subject"]: list(row["n"]) for row in rows}


async def tallies(scratch: Scratch) -> list[tuple[str, int, int]]:
    return [tuple(row) for row in await scratch.owner.fetch("SELECT * FROM tally ORDER BY subject")]


async def until_quiet(ear: Listener) -> None:
    while await ear.step():
        pass
