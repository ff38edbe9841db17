"""Each fact that takes effect is counted where it does: in the listener's own transaction, beside its effects."""

from collections import Counter
from collections.abc import Awaitable, Callable

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.kit.feed.listening import Listener
from shared.schemas.facts import Fact
from tests.chaos.faults import Ear, Faults
from tests.city import City

TABLE = "CREATE TABLE took_effect (publisher text, name text, subject text, body jsonb)"
NOTE = text("INSERT INTO took_effect VALUES (:publisher, :name, :subject, CAST(:body AS jsonb))")
# What a fact says, and how often it was said so: a subject may say the same twice.
SAID = "SELECT name, subject, body::jsonb::text AS body, count(*) AS times FROM {table} GROUP BY 1, 2, 3"
Said = Counter[tuple[str, str, str]]


async def count_effects(city: City) -> None:
    """From now on every listener notes what took effect; what it heard before counts as well."""
    for service in city.apps:
        owner = await city.owner(service)
        await owner.execute(TABLE)
        await owner.execute(f"GRANT INSERT ON took_effect TO {service}_app")
        await owner.close()
        for listener in city.house(service).listeners:
            for _, ears in listener.handlers.values():
                ears.append(_note(listener.publisher))


def _note(publisher: str) -> Callable[[AsyncSession, Fact], Awaitable[None]]:
    async def note(session: AsyncSession, fact: Fact) -> None:
        said = {"name": fact.name, "subject": fact.subject, "body": fact.model_dump_json()}
        await session.execute(NOTE, {"publisher": publisher, **said})

    return note


async def said_by(city: City, publisher: str, *, after: int) -> Said:
    """What a publisher announced after a number of its log."""
    owner = await city.owner(publisher)
    rows = await owner.fetch(SAID.format(table=f"fact WHERE number > {after}"))
    await owner.close()
    return Counter({(row["name"], row["subject"], row["body"]): row["times"] for row in rows})


async def took_effect(city: City, service: str, publisher: str) -> Said:
    """What took effect at one listener."""
    owner = await city.owner(service)
    rows = await owner.fetch(SAID.format(table=f"took_effect WHERE publisher = '{publisher}'"))
    await owner.close()
    return Counter({(row["name"], row["subject"], row["body"]): row["times"] for row in rows})


async def last_number(city: City, publisher: str) -> int:
    owner = await city.owner(publisher)
    number: int = await owner.fetchval("SELECT coalesce(max(number), 0) FROM fact")
    await owner.close()
    return number


async def lost_and_doubled(city: City, listener: Listener, *, after: int) -> tuple[int, Said, Said]:
    """How many facts a listener should have taken, which of them it never did, and which more often than once."""
    said = await said_by(city, listener.publisher, after=after)
    wanted: Said = Counter({key: times for key, times in said.items() if key[0] in listener.handlers})
    took = await took_effect(city, listener.service, listener.publisher)
    return wanted.total(), wanted - took, took - wanted


async def nothing_lost_or_doubled(faults: Faults, before: dict[str, int]) -> dict[Ear, int]:
    """Every listener took each fact once; how many each of them took."""
    seen = {
        (each.service, each.publisher): await lost_and_doubled(faults.city, each, after=before[each.publisher])
        for each in faults.listeners()
    }
    assert {ear: _names(lost) for ear, (_, lost, _) in seen.items() if lost} == {}, "lost"
    assert {ear: _names(doubled) for ear, (_, _, doubled) in seen.items() if doubled} == {}, "took effect twice"
    return {ear: count for ear, (count, _, _) in seen.items()}


def _names(said: Said) -> list[str]:
    return sorted({name for name, _, _ in said})
