"""Hands to follow the scratch service's stream, and to give it something to say."""

from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import uuid4

from shared.kit.feed.log import announce
from shared.kit.feed.reading import Position
from shared.kit.streams.hub import Hub
from shared.kit.streams.reading import present
from shared.schemas.access import Role
from shared.schemas.facts import Fact
from tests.city import Person
from tests.kit.following import Following, following
from tests.kit.scratch import SOMEBODY, Scratch
from tests.people import OPERATOR

HERE, ELSEWHERE = "361002100", "361021100"
TOWNSHIP = Person.of(Role.TOWNSHIP_MANAGER, divisions=(HERE,))
MACHINE = Person.of(Role.SERVICE)


def thing(division: str = HERE) -> str:
    return f"{division} {uuid4()}"


def open_(scratch: Scratch, who: Person = OPERATOR, **query: Any) -> AbstractAsyncContextManager[Following]:
    headers = query.pop("headers", {})
    return following(scratch.city.apps["needs"], "/needs/v1/stream", who.header() | headers, **query)


async def say(scratch: Scratch, *facts: Fact) -> None:
    async with scratch.database.work(SOMEBODY) as session:
        announce(session, *facts)


async def moment(scratch: Scratch) -> Position:
    """The place of this moment in the log."""
    async with scratch.database.work(SOMEBODY) as session:
        return await present(session)


def hub(scratch: Scratch) -> Hub:
    found = scratch.city.house("needs").hub
    assert found is not None
    return found
