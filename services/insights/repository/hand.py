"""The rows of one batch of facts, read once and written once: in between, facts take effect on what is in hand.

A rebuilding hears facts by the hundred. A statement for each step of each fact would read and write the same rows
again and again; so the rows that a batch is about are fetched together, changed in hand, and written together, a
statement a table.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.models import NeedEpisode, NeedPause, Table
from shared.kit.rows import driver

HAND: Final = "hand"
Key = tuple[Any, ...]


class Held(SimpleNamespace):
    """A row in hand: it has the attributes of its model."""


@lru_cache(maxsize=64)
def keys_of(model: type[Table]) -> tuple[str, ...]:
    """The columns of a primary key, by which a row is known."""
    return tuple(column.name for column in model.__mapper__.primary_key)


@lru_cache(maxsize=64)
def columns_of(model: type[Table]) -> tuple[str, ...]:
    return tuple(column.key for column in model.__mapper__.columns)


@lru_cache(maxsize=64)
def anchor_of(model: type[Table]) -> str:
    """The column by which rows are fetched: all of a need's, a case's, or the one row of an id."""
    return "need_id" if model is NeedPause else keys_of(model)[0]


@dataclass(slots=True)
class Shelf:
    """The rows of one table that are in hand, by what they belong to, as the facts heard so far leave them."""

    model: type[Table]
    rows: dict[Any, dict[Key, Held]]
    touched: dict[Key, Held] = field(default_factory=dict)
    gone: set[Key] = field(default_factory=set)

    def put(self, values: Mapping[str, Any]) -> None:
        """Hold a row whole; what was there of it goes."""
        row = Held(**dict.fromkeys(columns_of(self.model)))
        vars(row).update(values)
        key = tuple(values[name] for name in keys_of(self.model))
        self.rows[values[anchor_of(self.model)]][key] = self.touched[key] = row

    def find(self, wanted: Mapping[str, Any]) -> Iterable[Held]:
        """The rows that have these values, their anchor among them."""
        return [
            row
            for row in self.rows[wanted[anchor_of(self.model)]].values()
            if all(getattr(row, name) == value for name, value in wanted.items())
        ]

    def change(self, wanted: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        for row in self.find(wanted):
            vars(row).update(values)
            self.touched[tuple(getattr(row, name) for name in keys_of(self.model))] = row

    def remove(self, wanted: Mapping[str, Any]) -> None:
        for row in self.find(wanted):
            key = tuple(getattr(row, name) for name in keys_of(self.model))
            del self.rows[wanted[anchor_of(self.model)]][key]
            self.touched.pop(key, None)
            self.gone.add(key)


@dataclass(slots=True)
class Hand:
    """What one batch is about."""

    shelves: dict[type[Table], Shelf] = field(default_factory=dict)
    # So much more of each resource is taken.
    taken: Counter[UUID] = field(default_factory=Counter)
    # Episodes whose steps are due at other moments now: reckoned once, when the batch has been heard.
    to_reckon: set[tuple[UUID, int]] = field(default_factory=set)

    def episode(self, need_id: UUID, number: int) -> Held | None:
        return self.shelves[NeedEpisode].rows[need_id].get((need_id, number))

    def pauses(self, need_id: UUID, episode: int) -> Sequence[Held]:
        """The pauses of an episode, in the order in which they began."""
        rows = [row for row in self.shelves[NeedPause].rows[need_id].values() if row.episode == episode]
        return sorted(rows, key=lambda row: (row.paused_at, row.pause_id))


async def take_in_hand(session: AsyncSession, about: Mapping[type[Table], Collection[UUID]]) -> Hand:
    """Fetch the rows that belong to these; until this transaction ends they are read and changed here."""
    hand = session.info[HAND] = Hand()
    connection = await driver(session)
    for model, anchors in about.items():
        shelf = hand.shelves[model] = Shelf(model, {anchor: {} for anchor in anchors})
        for record in await connection.fetch(_fetching(model), list(anchors)):
            row = Held(**record)
            shelf.rows[record[anchor_of(model)]][tuple(record[name] for name in keys_of(model))] = row
    return hand


def in_hand(session: AsyncSession, model: type[Table], anchor: Any) -> Hand | None:
    """Where the rows of something are held that this batch is about; None where facts come one by one."""
    hand: Hand | None = session.info.get(HAND)
    return hand if hand is not None and model in hand.shelves and anchor in hand.shelves[model].rows else None


async def write(session: AsyncSession, hand: Hand) -> None:
    """Write what was changed in hand."""
    connection = await driver(session)
    for model, shelf in hand.shelves.items():
        gone = [dict(zip(keys_of(model), key, strict=True)) for key in sorted(shelf.gone - shelf.touched.keys())]
        if gone:
            await connection.execute(_removing(model), _document(gone))
        if shelf.touched:
            rows = [vars(shelf.touched[key]) for key in sorted(shelf.touched)]
            await connection.execute(_writing(model), _document(rows))
    if hand.taken:
        used = [{"resource_id": id, "taken": hand.taken[id]} for id in sorted(hand.taken)]
        await connection.execute(TAKING, _document(used))


def _document(rows: Sequence[Mapping[str, Any]]) -> str:
    # The driver's ids are of a kind of its own, which is written as what it reads like.
    return orjson.dumps(rows, default=str).decode()


# Names come from the models, never from a caller; rows travel as one document, whatever their number.
TAKING: Final = """
INSERT INTO resource_use AS kept (resource_id, taken)
SELECT resource_id, taken FROM jsonb_populate_recordset(NULL::resource_use, $1::jsonb)
ON CONFLICT (resource_id) DO UPDATE SET taken = kept.taken + excluded.taken
"""


@lru_cache(maxsize=64)
def _fetching(model: type[Table]) -> str:
    columns, table, anchor = ", ".join(columns_of(model)), model.__tablename__, anchor_of(model)
    return f"SELECT {columns} FROM {table} WHERE {anchor} = ANY($1::uuid[])"  # noqa: S608


@lru_cache(maxsize=64)
def _writing(model: type[Table]) -> str:
    table, keys, columns = model.__tablename__, keys_of(model), columns_of(model)
    changed = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in keys)
    names = ", ".join(columns)
    return (
        f"INSERT INTO {table} ({names}) SELECT {names} FROM jsonb_populate_recordset(NULL::{table}, $1::jsonb)"  # noqa: S608
        f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changed}"
    )


@lru_cache(maxsize=64)
def _removing(model: type[Table]) -> str:
    table, keys = model.__tablename__, ", ".join(keys_of(model))
    return (
        f"DELETE FROM {table} WHERE ({keys}) IN"  # noqa: S608
        f" (SELECT {keys} FROM jsonb_populate_recordset(NULL::{table}, $1::jsonb))"
    )
