"""The services' own ears, opened from outside: the same handlers on the same databases, for `fuzhou facts`."""

import os
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from importlib import import_module
from typing import TypeAlias

from deploy.home import Home
from deploy.running import NotRunning, told
from shared.kit.clock import wall_clock
from shared.kit.feed import listening
from shared.kit.feed.ears import handlers_in
from shared.kit.feed.listening import ListenerPosition, ParkedFact
from shared.kit.house import House
from shared.kit.service import Service

Row: TypeAlias = dict[str, str | int | None]


async def positions(services: Iterable[str]) -> list[Row]:
    """One row a listener; `age_seconds` is the time since its last fact."""
    rows: list[Row] = []
    for service in services:
        async with house_of(service) as house:
            for listener in house.listeners:
                async with house.database.work(listener.context) as session:
                    known = await session.get(ListenerPosition, listener.publisher)
                    rows.append(_position_row(service, listener.publisher, known))
    return rows


def _position_row(service: str, publisher: str, known: ListenerPosition | None) -> Row:
    moved = known.moved_at if known is not None else None
    return {
        "service": service,
        "publisher": publisher,
        "position": known.position if known is not None else None,
        "moved_at": moved.isoformat(timespec="seconds") if moved else None,
        "age_seconds": round((wall_clock() - moved).total_seconds()) if moved else None,
    }


async def parked_facts(services: Iterable[str]) -> list[Row]:
    """What is parked, the oldest of each subject first. Facts hold codes only, and even those stay where they are."""
    rows: list[Row] = []
    for service in services:
        async with house_of(service) as house:
            for listener in house.listeners[:1]:
                async with house.database.work(listener.context) as session:
                    rows += [_parked_row(service, fact) for fact in await listening.parked(session)]
    return rows


def _parked_row(service: str, fact: ParkedFact) -> Row:
    return {
        "service": service,
        "publisher": fact.publisher,
        "name": fact.name,
        "subject": fact.subject,
        "error": fact.error,
        "attempts": fact.attempts,
        "since": fact.parked_at.isoformat(timespec="seconds"),
    }


async def replay(service: str, subject: str) -> tuple[int, int]:
    """How many facts of a subject were taken in, and how many are still parked."""
    done = 0
    async with house_of(service) as house:
        for listener in house.listeners:
            done += await listening.replay_parked(listener, subject=subject)
        for listener in house.listeners[:1]:
            async with house.database.work(listener.context) as session:
                return done, len(await listening.parked(session, subject=subject))
    return done, 0


async def rewind(service: str, publishers: Sequence[str]) -> None:
    """Set listeners back to the first fact."""
    async with house_of(service) as house:
        for listener in house.listeners:
            if listener.publisher in publishers:
                async with house.database.work(listener.context) as session:
                    await listening.rewind(session, [listener.publisher])


def publishers_of(service: str) -> list[str]:
    """Whom a service listens to."""
    ears = handlers_in(*_service(service).ears)
    return sorted({name.split(".", 1)[0] for name in ears})


def _service(name: str) -> Service:
    found: Service = import_module(f"services.{name}.app").service
    return found


@asynccontextmanager
async def house_of(service: str) -> AsyncIterator[House]:
    """What a running service holds, without its listeners and timers running."""
    home = Home.from_environment()
    os.environ.update(told(service, home))
    described = _service(service)
    house = described.open_house(described.settings())
    try:
        yield house
    except OSError as away:
        raise NotRunning(home.folder) from away
    finally:
        await house.stop()
