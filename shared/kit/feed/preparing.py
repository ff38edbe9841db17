"""What is done before a whole batch of facts takes effect, as fetching its rows together."""

from collections.abc import Awaitable, Callable, Sequence
from types import ModuleType
from typing import Any, TypeAlias

from sqlalchemy.ext.asyncio import AsyncSession

# With the session and the facts that were heard.
Preparation: TypeAlias = Callable[[AsyncSession, Sequence[Any]], Awaitable[None]]


def prepares(preparation: Preparation) -> Preparation:
    """Mark what is done before a whole batch takes effect; never before one fact.

    What it fetches may be changed in hand and written when the transaction ends: facts that are tried one by one,
    each behind a savepoint of its own, must not rely on it.
    """
    preparation.__prepares__ = True  # type: ignore[attr-defined]
    return preparation


def preparations_in(*rooms: ModuleType) -> list[Preparation]:
    """What these modules do before a batch."""
    things = [thing for room in rooms for thing in vars(room).values() if getattr(thing, "__prepares__", False)]
    return list(dict.fromkeys(things))
