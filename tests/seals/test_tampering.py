"""Who tampers with a sealed trail is found out, and the first bad entry named (S7): seeded, each way many times."""

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from itertools import pairwise

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, create_async_engine

from shared.kit.seals.trail import BEFORE_THE_FIRST, ENTRY, ENTRY_BYTES, AuditSeal, Held, entry_digest
from shared.kit.seals.verifying import Fault, Kind, verify
from tests.figures import Figure
from tests.seals.conftest import Trail

TAMPERINGS, SEED = 500, 20261125
COLUMNS = {
    "actor": "'somebody-else'", "act": "'read_need'", "purpose": "'another'", "outcome": "'refused'",
    "fields": "'{}'", "subject": "gen_random_uuid()", "time": "time + interval '1 second'", "request_id": "'x'",
}  # fmt: skip
ADD = """
INSERT INTO audit_entry (number, xid, time, actor, act, purpose, fields, outcome, request_id)
OVERRIDING SYSTEM VALUE
SELECT {number}, CAST(CAST(:xid AS text) AS xid8), time, 'forged', act, purpose, fields, outcome, ''
FROM audit_entry WHERE number = :near
"""
# Only an owner of everything gets so far: the service itself may not change a row.
UNLOCKED = "ALTER TABLE audit_entry ALTER COLUMN number DROP IDENTITY"


@dataclass(slots=True)
class Forger:
    """A superuser at the database, and the trail that is there."""

    connection: AsyncConnection
    held: dict[int, Held]
    numbers: list[int]
    chance: random.Random

    async def run(self, statement: str, **given: object) -> None:
        await self.connection.execute(text(statement), given)

    async def found(self) -> Fault | None:
        async with AsyncSession(bind=self.connection, join_transaction_mode="create_savepoint") as session:
            return (await verify(session, "needs", self.held)).fault

    def any_place(self) -> int:
        return self.chance.randrange(len(self.numbers))


Expected = tuple[set[Kind], int]
Tampering = Callable[[Forger], Awaitable[Expected]]


async def edit(forger: Forger) -> Expected:
    number, column = forger.numbers[forger.any_place()], forger.chance.choice(sorted(COLUMNS))
    await forger.run(f"UPDATE audit_entry SET {column} = {COLUMNS[column]} WHERE number = :number", number=number)
    return {Kind.CHANGED}, number


async def remove(forger: Forger) -> Expected:
    first = forger.any_place()
    gone = forger.numbers[first : first + forger.chance.randint(1, 5)]
    await forger.run("DELETE FROM audit_entry WHERE number = ANY (:gone)", gone=gone)
    return {Kind.MISSING}, gone[0]


async def add(forger: Forger) -> Expected:
    """A row that looks as if it had been there all the time."""
    near = forger.numbers[forger.any_place()]
    xid = await forger.connection.scalar(text("SELECT xid FROM audit_entry WHERE number = :near"), {"near": near})
    await forger.run(ADD.format(number="1000000"), xid=str(xid), near=near)
    return {Kind.ADDED}, 1_000_000


async def swap(forger: Forger) -> Expected:
    """Two entries change places."""
    one, other = sorted(forger.chance.sample(forger.numbers, 2))
    await forger.run("UPDATE audit_entry SET number = -number WHERE number IN (:one, :other)", one=one, other=other)
    await forger.run(
        "UPDATE audit_entry SET number = CASE number WHEN -:one THEN :other ELSE :one END"
        " WHERE number IN (-:one, -:other)".replace(":one", str(one)).replace(":other", str(other))
    )
    return {Kind.CHANGED, Kind.MOVED, Kind.MISSING, Kind.ADDED}, one


async def cut_the_tail(forger: Forger) -> Expected:
    """Everything from one entry on goes, and the seals over it too, as if they had never been."""
    first = forger.any_place()
    left = forger.numbers[:first]
    await forger.run("DELETE FROM audit_entry WHERE number > :last", last=left[-1] if left else 0)
    seal = "SELECT min(s.number) FROM audit_seal s WHERE NOT s.numbers <@ CAST(:left AS bigint[])"
    broken = await forger.connection.scalar(text(seal), {"left": left})
    assert isinstance(broken, int)
    await forger.run("DELETE FROM audit_seal WHERE number >= :broken", broken=broken)
    await forger.run("DELETE FROM fact WHERE name = 'needs.audit_sealed.v1'")
    # What is left of a seal that is gone looks unsealed; its first entry is the first that is not proven.
    return {Kind.CUT}, forger.held[broken].first


async def change_and_seal_anew(forger: Forger) -> Expected:
    """The whole chain is made to fit the entry that was changed; only identity's copies tell."""
    number = forger.numbers[forger.any_place()]
    await forger.run("UPDATE audit_entry SET actor = 'somebody-else' WHERE number = :number", number=number)
    async with AsyncSession(
        bind=forger.connection, join_transaction_mode="create_savepoint", expire_on_commit=False
    ) as session:
        seals = (await session.scalars(select(AuditSeal).order_by(AuditSeal.number))).all()
        broken = next(seal for seal in seals if number in seal.numbers)
        entry = (await session.execute(text(f"SELECT {ENTRY} FROM audit_entry e WHERE number = {number}"))).one()
        place = broken.numbers.index(number) * ENTRY_BYTES
        broken.digests = broken.digests[:place] + entry_digest(entry) + broken.digests[place + ENTRY_BYTES :]
        for before, seal in pairwise([None, *seals]):
            assert seal is not None
            seal.previous = before.digest if before is not None else BEFORE_THE_FIRST
            seal.digest = seal.digest_for("needs")
        await session.commit()
    return {Kind.SEAL_CHANGED}, broken.numbers[0]


WAYS: tuple[Tampering, ...] = (edit, remove, add, swap, cut_the_tail, change_and_seal_anew)


@pytest.fixture
async def forger(trail: Trail) -> AsyncIterator[Forger]:
    engine = create_async_engine(trail.city.urls["needs"].replace("postgresql://", "postgresql+asyncpg://"))
    async with engine.connect() as connection:
        await connection.execute(text(UNLOCKED))
        rows = await connection.execute(text("SELECT number FROM audit_entry ORDER BY xid, number"))
        yield Forger(connection, await trail.held(), [row.number for row in rows], random.Random(SEED))
        await connection.rollback()
    await engine.dispose()


async def test_each_of_five_hundred_tamperings_is_located(forger: Forger, figure: Figure) -> None:
    located = 0
    for turn in range(TAMPERINGS):
        way = WAYS[turn % len(WAYS)]
        savepoint = await forger.connection.begin_nested()
        kinds, entry = await way(forger)
        fault = await forger.found()
        assert fault is not None, (SEED, turn, way.__name__)
        assert (fault.kind in kinds, fault.entry) == (True, entry), (SEED, turn, way.__name__, fault)
        located += 1
        await savepoint.rollback()
    assert await forger.found() is None
    figure("S7", tamperings=TAMPERINGS, located=located, missed=TAMPERINGS - located)


async def test_an_entry_slipped_in_behind_the_last_seal_as_if_it_were_old_is_told(forger: Forger) -> None:
    await forger.run(ADD.format(number="1000000"), xid="5", near=forger.numbers[-1])
    fault = await forger.found()
    assert fault is not None
    assert (fault.kind, fault.entry) == (Kind.ADDED, 1_000_000)
