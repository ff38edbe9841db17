"""The seals, and what of an entry goes into them.

A seal keeps the number and the digest of each of its entries, so that not only its batch but the very entry can be
named that is not as it was. Entries are taken in the order in which the feed takes facts: by transaction, and only
what no open transaction can still undercut (`shared.kit.feed.reading`).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

import orjson
from sqlalchemy import ARRAY, BigInteger, LargeBinary, Row, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.kit.tables import MOMENT, KitTable, TransactionId

ENTRY_BYTES: Final = 16
BEFORE_THE_FIRST: Final = bytes(32)
ENTRY: Final = "e.xid, e.number, e.time, e.actor, e.act, e.purpose, e.subject, e.fields, e.outcome, e.request_id"
BATCH: Final = text(f"""
SELECT {ENTRY}, pg_snapshot_xmin(pg_current_snapshot()) AS horizon,
       (SELECT system_identifier FROM pg_control_system()) AS cluster
FROM audit_entry e
WHERE (e.xid, e.number) > (CAST(CAST(:xid AS text) AS xid8), CAST(:number AS bigint))
  AND e.xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY e.xid, e.number
LIMIT :limit
""")  # noqa: S608  the columns are named above
SEALED: Final = text(f"""
SELECT {ENTRY}
FROM audit_entry e
WHERE (e.xid, e.number) > (CAST(CAST(:xid AS text) AS xid8), CAST(:number AS bigint))
  AND (e.xid, e.number) <= (CAST(CAST(:until_xid AS text) AS xid8), CAST(:until_number AS bigint))
ORDER BY e.xid, e.number
""")  # noqa: S608  the columns are named above

Entry: TypeAlias = Row[Any]


class AuditSeal(KitTable):
    """One batch of the trail.

    Until (`until_xid`, `until_number`) everything is sealed; no entry of a transaction before `horizon` can honestly
    come later.
    """

    __tablename__ = "audit_seal"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    # Transaction ids mean nothing in another cluster.
    cluster: Mapped[int] = mapped_column(BigInteger)
    until_xid: Mapped[int] = mapped_column(TransactionId)
    until_number: Mapped[int] = mapped_column(BigInteger)
    horizon: Mapped[int] = mapped_column(TransactionId)
    numbers: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    digests: Mapped[bytes] = mapped_column(LargeBinary)
    previous: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_at: Mapped[datetime] = mapped_column(MOMENT)

    def entries(self) -> list[tuple[int, bytes]]:
        """The number and digest of each entry, in their order."""
        cuts = range(0, len(self.digests), ENTRY_BYTES)
        return list(zip(self.numbers, (self.digests[cut : cut + ENTRY_BYTES] for cut in cuts), strict=False))

    def digest_for(self, service: str) -> bytes:
        """What the seal's digest must be: the chain so far, and everything it says."""
        place = [self.until_xid, self.until_number, self.horizon, self.sealed_at.astimezone(UTC).isoformat()]
        said = orjson.dumps([service, self.number, self.cluster, *place, self.numbers])
        return hashlib.sha256(self.previous + said + self.digests).digest()


@dataclass(frozen=True, slots=True)
class Held:
    """What another service holds of a seal."""

    seal: int
    first: int
    digest: bytes


def entry_digest(entry: Entry) -> bytes:
    """The digest of one entry with its place: SHA-256, cut to 16 bytes."""
    said = [
        entry.xid, entry.number, entry.time.astimezone(UTC).isoformat(), entry.actor, entry.act, entry.purpose,
        str(entry.subject), entry.fields, entry.outcome, entry.request_id,
    ]  # fmt: skip
    return hashlib.sha256(orjson.dumps(said)).digest()[:ENTRY_BYTES]


def digested(entries: Sequence[Entry]) -> list[tuple[int, bytes]]:
    """The number and digest of each."""
    return [(entry.number, entry_digest(entry)) for entry in entries]
