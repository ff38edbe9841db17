"""What a service says of the rows that it takes in bulk."""

import zlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson
from pydantic import BaseModel, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from shared.kit.access import Caller
from shared.kit.bulk.reading import Row
from shared.kit.wording import what_is_wrong
from shared.schemas.access import Action
from shared.schemas.batches import RowError, RowOutcome

# A longer transaction would hold up every feed of the cluster.
MOST_AT_ONCE: Final = 1000


class Taken(NamedTuple):
    """What became of a row that could be read."""

    outcome: RowOutcome
    id: UUID | None
    errors: Sequence[RowError] = ()


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose file it is, and of what its rows are (empty where the address does not say)."""

    caller: Caller
    scope: str


Take = Callable[[AsyncSession, Sender, Sequence[Any]], Awaitable[Sequence[Taken]]]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of file: the form of its rows, the field with the caller's own key, and how rows are written.

    `take` gets rows of one transaction, each key once, and answers each in its place; what it raises is raised for all
    of them, and they are then taken one by one. It runs as the sender, under their row-level security.
    """

    name: str
    action: Action
    form: type[BaseModel]
    key: str
    take: Take
    rows_at_once: int = MOST_AT_ONCE
    # So many rows are answered while their sender waits.
    answered_at_once: int = 5_000


@dataclass(slots=True)
class Told:
    """A row of a part: what it says, or what is wrong with it."""

    number: int
    key: str | None
    row: Any
    errors: Sequence[RowError] = ()
    outcome: RowOutcome = RowOutcome.REFUSED
    id: UUID | None = None

    def answer(self) -> dict[str, Any]:
        """As it is kept and shown: a `RowAnswer`."""
        return {
            "number": self.number, "client_reference": self.key, "outcome": self.outcome,
            # The driver's ids are of a kind of their own.
            "id": str(self.id) if self.id else None,
            "errors": [error.model_dump() for error in self.errors],
        }  # fmt: skip


def _whole(en: str, zh: str) -> list[RowError]:
    return [RowError(pointer="#", en=en, zh=zh)]


UNREADABLE: Final[dict[bytes, list[RowError]]] = {
    b"!json": _whole("This line is not valid JSON.", "该行不是有效的 JSON。"),
    b"!letters": _whole(
        "This row is not written in the letters of the others. Save the whole file as UTF-8.",
        "该行编码与文件其他部分不一致，请将整个文件另存为 UTF-8。",
    ),
    b"!long": _whole(
        "This line is longer than 256 KiB. Shorten it; each row is a line of its own.",
        "该行超过 256 KiB，请缩短；每行一条。",
    ),
    b"!quote": _whole(
        'A cell in quotes does not end. Write " within a cell as "".',
        '单元格的引号没有闭合；单元格内的 " 请写作 ""。',
    ),
    b"!cells": _whole(
        "This row has more cells than the header. Put a cell that holds a comma in quotes.",
        "该行单元格多于表头；含逗号的单元格请加引号。",
    ),
}


def told(row: Row, kind: Kind) -> Told:
    """What a row says, or what is wrong with it."""
    if row.text.startswith(b"!"):
        return Told(row.number, None, None, UNREADABLE[row.text])
    try:
        form = kind.form.model_validate_json(row.text)
    except ValidationError as wrong:
        found = wrong.errors(include_url=False, include_input=False)
        if any(each["type"] == "json_invalid" for each in found):
            return Told(row.number, None, None, UNREADABLE[b"!json"])
        errors = [
            RowError(pointer="/".join(["#", *map(str, place)]), en=en, zh=zh) for place, en, zh in what_is_wrong(found)
        ]
        return Told(row.number, _key_of(row, kind), None, errors)
    return Told(row.number, getattr(form, kind.key), form)


def _key_of(row: Row, kind: Kind) -> str | None:
    """The caller's own key of a row that is otherwise wrong, so that they find it again."""
    try:
        sent = orjson.loads(row.text)
    except orjson.JSONDecodeError:
        return None
    key = sent.get(kind.key) if isinstance(sent, dict) else None
    return key if isinstance(key, str) and len(key) <= 80 else None


def packed(rows: Iterable[Row]) -> bytes:
    """Rows of a part as one content: a line each, its number first."""
    return zlib.compress(b"\n".join(b"%d %b" % row for row in rows), 1)


def unpacked(content: bytes) -> list[Row]:
    """The rows of a part."""
    lines = zlib.decompress(content).split(b"\n")
    return [Row(int(number), text) for number, _, text in (line.partition(b" ") for line in lines)]
