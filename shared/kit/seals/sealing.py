"""Sealing: every half minute, by the wall clock, what was added to the trail is sealed and the seal announced."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.kit.clock import now
from shared.kit.database import Context, Database
from shared.kit.feed.log import announce
from shared.kit.seals.trail import BATCH, BEFORE_THE_FIRST, AuditSeal, digested
from shared.schemas.facts import Fact

log = structlog.get_logger()
SEAL_EVERY_SECONDS: Final = 30.0
MOST_ENTRIES: Final = 1000
# Two copies of a service seal one trail: one works, the other finds it done.
ALONE: Final = select(func.pg_try_advisory_xact_lock(func.hashtextextended("audit_seal", 0)))


class ForeignTrail(Exception):
    """The last seal was made in another database cluster, whose transaction ids mean nothing here."""


@dataclass(slots=True)
class Sealer:
    """One service's hand on its own trail."""

    service: str
    database: Database
    announces: Callable[..., Fact]

    async def keep_sealing(self) -> None:
        """Seal until cancelled; trouble is written down and waited out."""
        while True:
            await asyncio.sleep(SEAL_EVERY_SECONDS)
            try:
                await self.seal_all()
            except Exception as trouble:  # noqa: BLE001 -- any trouble is written down and waited out
                log.warning("audit_seals_wait", trouble=type(trouble).__name__)

    async def seal_all(self) -> int:
        """Seal what can be sealed now, a batch a transaction; how many entries."""
        count = 0
        while sealed := await self.seal_batch():
            count += sealed
            if sealed < MOST_ENTRIES:
                break
        return count

    async def seal_batch(self) -> int:
        """Seal the next batch; how many entries it has.

        Raises:
            ForeignTrail: what is sealed was sealed in another cluster.
        """
        async with self.database.work(seals_context(self.service)) as session:
            if not await session.scalar(ALONE):
                return 0
            seal = await _next_seal(session, self.service)
            if seal is None:
                return 0
            session.add(seal)
            announce(session, self._told(seal))
            return len(seal.numbers)

    def _told(self, seal: AuditSeal) -> Fact:
        return self.announces(
            service=self.service, seal=seal.number, first=seal.numbers[0], last=seal.numbers[-1],
            entries=len(seal.numbers), digest=seal.digest.hex(), sealed_at=seal.sealed_at,
        )  # fmt: skip


def seals_context(service: str) -> Context:
    """The machine that sees the whole trail, to seal and to verify it."""
    return Context(actor=f"{service}.seals", machine=f"{service}.seals")


async def _next_seal(session: AsyncSession, service: str) -> AuditSeal | None:
    last: AuditSeal | None = await session.scalar(select(AuditSeal).order_by(AuditSeal.number.desc()).limit(1))
    after = (last.until_xid, last.until_number) if last is not None else (0, 0)
    batch = {"xid": str(after[0]), "number": after[1], "limit": MOST_ENTRIES}
    entries = (await session.execute(BATCH, batch)).all()
    if not entries:
        return None
    end = entries[-1]
    if last is not None and last.cluster != end.cluster:
        raise ForeignTrail
    both = digested(entries)
    seal = AuditSeal(
        number=last.number + 1 if last is not None else 1, cluster=end.cluster, until_xid=end.xid,
        until_number=end.number,
        # A full batch may have left entries behind, of its last transaction and later ones.
        horizon=end.horizon if len(entries) < MOST_ENTRIES else end.xid,
        numbers=[number for number, _ in both], digests=b"".join(digest for _, digest in both),
        previous=last.digest if last is not None else BEFORE_THE_FIRST, sealed_at=now(session),
    )  # fmt: skip
    seal.digest = seal.digest_for(service)
    return seal
