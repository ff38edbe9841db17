"""Files in the database: sealed, once for each content, written in the transaction of the row that holds them.

The address of a content is its keyed digest, so that nobody can ask the database whether it holds a known file.
What no row holds any more is swept by a timer. Whoever stores a content and whoever sweeps it hold one lock, so
that no row is ever left without its content.
"""

import hashlib
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ForeignKey, LargeBinary, delete, exists, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, Mapped, declared_attr, mapped_column

from shared.kit import crypto
from shared.kit.clock import now
from shared.kit.crypto import Place
from shared.kit.files.receiving import Upload
from shared.kit.sealed import Sealed
from shared.kit.tables import MOMENT, KitTable
from shared.kit.timers import Timer, set_timer

SWEEP: Final = "sweep_file"
TABLE: Final = "stored_file"
HOLD_TO_KEEP = text("SELECT pg_advisory_xact_lock_shared(:key)")
HOLD_TO_SWEEP = text("SELECT pg_advisory_xact_lock(:key)")


class StoredFile(KitTable):
    """A content, sealed. `size` is that of the plain content, in bytes."""

    __tablename__ = TABLE

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    size: Mapped[int]
    stored_at: Mapped[datetime] = mapped_column(MOMENT)


class AttachmentColumns:
    """What a service's `attachment` row says of a file; the service adds whose it is. `size` is in bytes.

    A removed one keeps its row, with who removed it; its name and its hold on the content are gone.
    """

    @declared_attr
    def file(cls) -> Mapped[bytes | None]:  # noqa: N805 - the mapper calls it with the class
        return mapped_column(LargeBinary, ForeignKey(StoredFile.digest), index=True)

    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    media_type: Mapped[str]
    size: Mapped[int]
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(MOMENT)
    removed_by: Mapped[str | None]
    removed_at: Mapped[datetime | None] = mapped_column(MOMENT)

    name = Sealed()

    @property
    def is_held(self) -> bool:
        return self.removed_at is None


def digest_of(content: bytes) -> bytes:
    """The address of a content: a keyed digest, 16 bytes, which tells nothing without the key."""
    return crypto.blind(TABLE, hashlib.sha256(content).hexdigest())


def content_place(digest: bytes) -> Place:
    """What a content is sealed for."""
    return Place(TABLE, "content", digest.hex())


def _lock(digest: bytes) -> dict[str, int]:
    return {"key": int.from_bytes(digest[:8], signed=True)}


async def keep(session: AsyncSession, upload: Upload) -> bytes:
    """Store a content, or find it stored; its address, for the row that holds it from now."""
    digest = digest_of(upload.content)
    await session.execute(HOLD_TO_KEEP, _lock(digest))
    row = {
        "digest": digest,
        "content": crypto.keyring().seal_bytes(upload.content, content_place(digest)),
        "size": len(upload.content),
        "stored_at": now(session),
    }
    # Without naming the column: else the new row would have to be one that its writer sees already.
    await session.execute(insert(StoredFile).values(row).on_conflict_do_nothing())
    return digest


async def content_of(session: AsyncSession, digest: bytes) -> bytes:
    """A content, opened; the caller sees a row that holds it."""
    sealed = await session.scalar(select(StoredFile.content).where(StoredFile.digest == digest))
    assert sealed is not None, "a row holds a content that is not there, or is not the caller's to see"
    return crypto.open_bytes(sealed, content_place(digest))


async def remove(session: AsyncSession, attachment: AttachmentColumns, *, by: str) -> None:
    """Let a file go: the row stays and tells who removed it; the content goes if nothing else holds it."""
    digest = attachment.file
    attachment.file = attachment.name = None
    attachment.removed_by, attachment.removed_at = by, now(session)
    if digest is not None:
        await let_go(session, digest)


async def let_go(session: AsyncSession, digest: bytes) -> None:
    """A row no longer holds a content: look soon whether another one does."""
    await set_timer(session, SWEEP, digest.hex(), due=now(session))


async def sweep(session: AsyncSession, timer: Timer, *held_by: InstrumentedAttribute[Any]) -> None:
    """Remove a content that no row holds; `held_by` are the columns that hold contents in this service."""
    digest = bytes.fromhex(timer.subject)
    await session.execute(HOLD_TO_SWEEP, _lock(digest))
    unheld = [~exists().where(column == digest) for column in held_by]
    await session.execute(delete(StoredFile).where(StoredFile.digest == digest, *unheld))
