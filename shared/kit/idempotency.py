"""Retrying is always safe: the same key and body give the same answer, from the same transaction as the write.

Lock and look-up are two statements under READ COMMITTED: an advisory lock on caller and key, never a waiting
insert, so that fifty copies at once are one effect and forty-nine 409s. A request that fails leaves nothing,
and its key works again. Stored answers are encrypted, because they may hold personal data.
"""

import hashlib
import re
from datetime import datetime, timedelta

from fastapi import Request, Response
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from shared.kit import crypto
from shared.kit.clock import now
from shared.kit.crypto import Place
from shared.kit.database import CLAIMS, HAS_CLAIMED
from shared.kit.errors import Conflict, Unprocessable
from shared.kit.rows import driver, insert_rows
from shared.kit.tables import MOMENT, KitTable

HEADER = "idempotency-key"
KEPT = timedelta(hours=48)
GOOD_KEY = re.compile(r"[\x21-\x7e]{1,128}")


class KeyNeeded(Unprocessable):
    def __init__(self) -> None:
        super().__init__(
            "Send an Idempotency-Key header: 1–128 visible ASCII characters that you make anew for each intention"
            " (a UUID is good) and repeat when you retry it.",
            zh="请携带 Idempotency-Key 请求头：1–128 个可见 ASCII 字符，每次新的操作生成一个，重试时重复使用。",
        )


class KeyReused(Unprocessable):
    def __init__(self) -> None:
        super().__init__(
            "This Idempotency-Key was used with another body. Make a new key for a new intention.",
            zh="该 Idempotency-Key 已用于另一内容的请求。新的操作请使用新的键。",
        )


class StillInFlight(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "The same request is being worked on right now. Wait a moment, then send it again with the same key.",
            zh="同一请求正在处理中。请稍候，再用同一个键重试。",
            headers={"Retry-After": "1"},
        )


class AlreadyAnswered(Exception):
    """Not an error: the answer that was given before, to be given again."""

    def __init__(self, response: Response) -> None:
        self.response = response


class IdempotencyRow(KitTable):
    """An answer once given, found by caller and key."""

    __tablename__ = "idempotency"

    caller: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes]
    status: Mapped[int]
    etag: Mapped[str | None]
    answer: Mapped[bytes]
    answered_at: Mapped[datetime] = mapped_column(MOMENT, index=True)


ANSWERED = "SELECT fingerprint, status, etag, answer FROM idempotency WHERE caller = $1 AND key = $2"


def answer_place(caller: str, key: str) -> Place:
    """What an answer is sealed for."""
    return Place("idempotency", "answer", f"{caller}\x1f{key}")


def fingerprint(request: Request, body: bytes) -> bytes:
    """What was asked: method, address with its parameters, and body."""
    address = f"{request.url.path}?{request.url.query}"
    return hashlib.sha256(b"\x1f".join((request.method.encode(), address.encode(), body))).digest()


def key_of(request: Request) -> str:
    """The caller's key.

    Raises:
        KeyNeeded: there is none, or it is not a good one.
    """
    key = request.headers.get(HEADER, "")
    if not GOOD_KEY.fullmatch(key):
        raise KeyNeeded
    return key


async def begin(session: AsyncSession, *, caller: str, key: str, print_: bytes) -> None:
    """Claim a key for this transaction, with which it begins: nothing was asked of the database before.

    Raises:
        StillInFlight: another transaction holds it.
        KeyReused: it was used for something else.
        AlreadyAnswered: it was answered; the answer is inside.
    """
    # Neither part can hold the separator: callers are ids, keys are visible ASCII.
    session.info[CLAIMS] = f"{caller}\x1f{key}"
    connection = await driver(session)
    if not session.info[HAS_CLAIMED]:
        raise StillInFlight
    row = await connection.fetchrow(ANSWERED, caller, key)
    if row is None:
        return
    if row["fingerprint"] != print_:
        raise KeyReused
    body = crypto.open_bytes(row["answer"], answer_place(caller, key))
    headers = {"Idempotent-Replay": "true"} | ({"ETag": row["etag"]} if row["etag"] else {})
    raise AlreadyAnswered(Response(body, row["status"], headers, media_type="application/json"))


async def remember(session: AsyncSession, *, caller: str, key: str, print_: bytes, response: Response) -> None:
    """Keep the answer, in the transaction whose effects it tells of."""
    row = {
        "caller": caller,
        "key": key,
        "fingerprint": print_,
        "status": response.status_code,
        "etag": response.headers.get("etag"),
        "answer": crypto.keyring().seal_bytes(bytes(response.body), answer_place(caller, key)),
        "answered_at": now(session),
    }
    await insert_rows(session, (IdempotencyRow, [row]))


async def forget_old(session: AsyncSession, moment: datetime) -> None:
    """Answers older than two days are forgotten."""
    await session.execute(delete(IdempotencyRow).where(IdempotencyRow.answered_at < moment - KEPT))
