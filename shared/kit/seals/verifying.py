"""Verifying: the first entry of a trail that is not as it was sealed, down to the last seal that is held elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.kit.audit import AuditEntry
from shared.kit.seals.trail import BEFORE_THE_FIRST, SEALED, AuditSeal, Held, digested

SEALS_AT_ONCE: Final = 50
AFTER_THE_LAST: Final = text("""
SELECT min(e.number) FILTER (WHERE e.xid < CAST(CAST(:horizon AS text) AS xid8)) AS added, count(*) AS unsealed
FROM audit_entry e
WHERE (e.xid, e.number) > (CAST(CAST(:xid AS text) AS xid8), CAST(:number AS bigint))
""")


class Kind(StrEnum):
    """What is wrong with an entry, or with the seal over it."""

    CHANGED = "changed"
    MISSING = "missing"
    ADDED = "added"
    MOVED = "moved"
    SEAL_CHANGED = "seal_changed"
    SEAL_MISSING = "seal_missing"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class Fault:
    """The first bad entry, by its number, and the seal that tells."""

    kind: Kind
    seal: int
    entry: int | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was looked at, and what was found first. `unsealed` entries are younger than the last seal."""

    service: str
    entries: int
    seals: int
    held: int
    unsealed: int
    fault: Fault | None


@dataclass(slots=True)
class _Chain:
    """How far the chain has been followed."""

    seal: int = 0
    xid: int = 0
    number: int = 0
    horizon: int = 0
    digest: bytes = BEFORE_THE_FIRST
    entries: int = 0

    def go_on(self, seal: AuditSeal) -> None:
        self.seal, self.xid, self.number = seal.number, seal.until_xid, seal.until_number
        self.horizon, self.digest, self.entries = seal.horizon, seal.digest, self.entries + len(seal.numbers)


async def verify(session: AsyncSession, service: str, held: Mapping[int, Held]) -> Verdict:
    """Follow the chain from its beginning; `held` are this service's seals as identity holds them, by number."""
    chain = _Chain()
    fault: Fault | None = None
    while fault is None and (seals := await _seals_after(session, chain.seal)):
        for seal in seals:
            fault = await _fault_of(session, service, seal, chain, held.get(seal.number))
            if fault is not None:
                break
            chain.go_on(seal)
    unsealed = 0
    if fault is None:
        fault, unsealed = await _fault_at_the_end(session, chain, held)
    return Verdict(service, chain.entries, chain.seal, len(held), unsealed, fault)


async def _seals_after(session: AsyncSession, number: int) -> Sequence[AuditSeal]:
    query = select(AuditSeal).where(AuditSeal.number > number).order_by(AuditSeal.number).limit(SEALS_AT_ONCE)
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def _fault_of(
    session: AsyncSession, service: str, seal: AuditSeal, chain: _Chain, held: Held | None
) -> Fault | None:
    if seal.number != chain.seal + 1:
        first = select(func.min(AuditEntry.number)).where(AuditEntry.number > chain.number)
        return Fault(Kind.SEAL_MISSING, chain.seal + 1, await session.scalar(first))
    span = {
        "xid": str(chain.xid), "number": chain.number, "until_xid": str(seal.until_xid),
        "until_number": seal.until_number,
    }  # fmt: skip
    entries = (await session.execute(SEALED, span)).all()
    bad = first_difference(seal.entries(), digested(entries))
    # What was slipped in after a horizon had passed was no honest late commit, even if it was sealed since.
    late = next((entry.number for entry in entries if entry.xid < chain.horizon), None)
    if bad is not None:
        return Fault(bad[0], seal.number, bad[1])
    if late is not None:
        return Fault(Kind.ADDED, seal.number, late)
    is_whole = seal.previous == chain.digest and seal.digest == seal.digest_for(service)
    if not is_whole or (held is not None and held.digest != seal.digest):
        return Fault(Kind.SEAL_CHANGED, seal.number, seal.numbers[0] if seal.numbers else None)
    return None


async def _fault_at_the_end(session: AsyncSession, chain: _Chain, held: Mapping[int, Held]) -> tuple[Fault | None, int]:
    if max(held, default=0) > chain.seal:
        cut = held.get(chain.seal + 1)
        return Fault(Kind.CUT, chain.seal + 1, cut.first if cut is not None else None), 0
    after = {"horizon": str(chain.horizon), "xid": str(chain.xid), "number": chain.number}
    end = (await session.execute(AFTER_THE_LAST, after)).one()
    fault = Fault(Kind.ADDED, chain.seal, end.added) if end.added is not None else None
    return fault, end.unsealed


def first_difference(
    sealed: Sequence[tuple[int, bytes]], found: Sequence[tuple[int, bytes]]
) -> tuple[Kind, int] | None:
    """The first entry in which two lists of numbers and digests differ, and how."""
    known, there = {number for number, _ in sealed}, {number for number, _ in found}
    for place, (number, digest) in enumerate(sealed):
        now, now_digest = found[place] if place < len(found) else (None, b"")
        if now == number and now_digest == digest:
            continue
        if now == number:
            return Kind.CHANGED, number
        if number not in there:
            return Kind.MISSING, number
        return (Kind.MOVED, number) if now is None or now in known else (Kind.ADDED, now)
    return (Kind.ADDED, found[len(sealed)][0]) if len(found) > len(sealed) else None
