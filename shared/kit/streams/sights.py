"""What of a service's facts is shown, and how the database is asked whether somebody sees what a fact is about.

PostgreSQL answers, under the follower's own row-level security: a stream never shows what a GET would hide.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.kit.access import Caller, context_for
from shared.kit.database import Context, Database
from shared.kit.feed.reading import LoggedFact
from shared.schemas.access import Action
from shared.schemas.facts import Fact

# Which of these the caller sees, each with the divisions in which it lies now.
Query = Callable[[AsyncSession, Sequence[Any]], Awaitable[Mapping[Any, tuple[str, ...]]]]


@dataclass(frozen=True, slots=True)
class Sight:
    """Whoever may do `action` sees a fact, where `query` still finds its subject for them."""

    action: Action
    query: Query
    # How the subject is written in the log, as the query's table has it.
    key: Callable[[str], Any] = UUID


@dataclass(frozen=True, kw_only=True)
class Stream:
    """Every fact that a service announces: shown in a named way, or kept back for a reason."""

    action: Action
    shown: Mapping[type[Fact], Sight]
    kept_back: Mapping[type[Fact], str]

    @cached_property
    def sights(self) -> dict[str, Sight]:
        return {kind.name: sight for kind, sight in self.shown.items()}


# What decides what somebody sees, equal for all who see the same: they are asked about together.
Viewpoint = tuple[tuple[Action, Context], ...]


def viewpoint(stream: Stream, caller: Caller) -> Viewpoint:
    """How far a caller reaches with each action that the stream asks for."""
    actions = sorted({sight.action for sight in stream.sights.values()})
    return tuple((action, _shared(context_for(caller, action))) for action in actions if caller.grants_for(action))


def _shared(context: Context) -> Context:
    # Who it is makes a difference only where somebody sees what they made themselves.
    return context if context.own else replace(context, actor="streams")


@dataclass(frozen=True, slots=True)
class Seen:
    """A fact that somebody sees, and the divisions in which its subject lies now."""

    fact: LoggedFact
    divisions: tuple[str, ...]


async def seen(
    database: Database, sights: Mapping[str, Sight], view: Viewpoint, facts: Iterable[LoggedFact]
) -> list[Seen]:
    """Those of some facts that one sees from a viewpoint, in their order; a transaction for each of its actions."""
    found: dict[tuple[Sight, str], tuple[str, ...]] = {}
    for action, context in view:
        asked: dict[Sight, dict[str, None]] = {}
        for fact in facts:
            if sights[fact.name].action is action:
                asked.setdefault(sights[fact.name], {})[fact.subject] = None
        if asked:
            async with database.work(context) as session:
                for sight, subjects in asked.items():
                    rows = await sight.query(session, [sight.key(subject) for subject in subjects])
                    found |= {(sight, str(id)): divisions for id, divisions in rows.items()}
    return [Seen(fact, found[place]) for fact in facts if (place := (sights[fact.name], fact.subject)) in found]
