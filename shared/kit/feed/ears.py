"""Ears: how a service says which facts it listens to, and what a fact is when it arrives."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.schemas.facts import Fact

FactType = TypeVar("FactType", bound=Fact)
Handler = Callable[[AsyncSession, Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class HeardFact:
    """A fact as it arrived from a publisher's feed."""

    position: str
    id: UUID
    name: str
    subject: str
    sequence: int
    time: datetime
    body: dict[str, Any]
    traceparent: str | None = None

    @classmethod
    def from_cloud_event(cls, event: dict[str, Any]) -> "HeardFact":
        return cls(
            position=event["position"],
            id=UUID(event["id"]),
            name=event["type"],
            subject=event["subject"],
            sequence=event["sequence"],
            time=datetime.fromisoformat(event["time"]),
            body=event["data"],
            traceparent=event.get("traceparent"),
        )


Preparation = Callable[[AsyncSession, Sequence[HeardFact]], Awaitable[None]]


def listens(kind: type[FactType]) -> Callable[[Callable[[AsyncSession, FactType], Awaitable[None]]], Handler]:
    """Mark a function as the ear for one fact."""

    def mark(handler: Callable[[AsyncSession, FactType], Awaitable[None]]) -> Handler:
        handler.__listens__ = kind  # type: ignore[attr-defined]
        return handler

    return mark


def handlers_in(*rooms: ModuleType) -> dict[str, tuple[type[Fact], list[Handler]]]:
    """The ears in these modules, by the name of their fact; one fact may have several."""
    found: dict[str, tuple[type[Fact], list[Handler]]] = {}
    for room in rooms:
        for thing in vars(room).values():
            kind = getattr(thing, "__listens__", None)
            if kind is not None and thing.__module__ == room.__name__:
                found.setdefault(kind.name, (kind, []))[1].append(thing)
    return found


def prepares(preparation: Preparation) -> Preparation:
    """Mark what is done before a whole batch takes effect, as fetching its rows together; never before one fact.

    What it fetches may be changed in hand and written when the transaction ends: facts that are tried one by one,
    each behind a savepoint of its own, must not rely on it.
    """
    preparation.__prepares__ = True  # type: ignore[attr-defined]
    return preparation


def preparations_in(*rooms: ModuleType) -> list[Preparation]:
    """What these modules do before a batch."""
    things = [thing for room in rooms for thing in vars(room).values() if getattr(thing, "__prepares__", False)]
    return list(dict.fromkeys(things))
