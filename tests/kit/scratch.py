"""A service of nothing but plumbing, for tests of the kit: a few tables, two facts, routes that go wrong on wish."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
from pydantic import Field
from pydantic_settings import SettingsConfigDict
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from deploy.postgres import Cluster
from shared.kit.access import Who, anyone, may
from shared.kit.clock import now
from shared.kit.database import Context, Database
from shared.kit.edge import Room, Transaction, retry_safe
from shared.kit.errors import Conflict
from shared.kit.fair_use import per_address, per_caller
from shared.kit.feed.ears import HeardFact
from shared.kit.feed.log import announce
from shared.kit.feed.reading import Position, as_cloud_event, read_after
from shared.kit.service import Service
from shared.kit.settings import SharedSettings
from shared.kit.streams.sights import Sight, Stream
from shared.schemas.access import Action
from shared.schemas.facts import Fact
from tests.city import ISSUER, City, Network, copy_database, keys_file

# `note` breaks at commit where `about` names no note; `effect` and `tally` are what listeners build.
TABLES = """
TRUNCATE fact;
CREATE TABLE note (id uuid PRIMARY KEY, word text NOT NULL, at timestamptz NOT NULL,
    about uuid REFERENCES note (id) DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE effect (place bigint GENERATED ALWAYS AS IDENTITY, subject text NOT NULL, n integer NOT NULL,
    at timestamptz NOT NULL);
CREATE TABLE tally (subject text PRIMARY KEY, last integer NOT NULL, count integer NOT NULL CHECK (count < 1000000));
GRANT ALL ON note, effect, tally TO needs_app;
"""
SOMEBODY = Context(actor="somebody", machine="scratch")


class Noted(Fact, name="scratch.noted.v1", subject="thing"):
    """The n-th thing that happened to a subject."""

    thing: str
    n: int = 1


class Counted(Fact, name="scratch.counted.v1", subject="thing"):
    """What a listener says in turn."""

    thing: str


class Weighed(Fact, name="scratch.weighed.v1", subject="thing"):
    """What only those hear who work on it."""

    thing: str


# Facts of tests are none of the platform's: its lists stay without them.
for scratch_fact in (Noted, Counted, Weighed):
    Fact.REGISTRY.pop(scratch_fact.name, None)


class Settings(SharedSettings):
    """What the scratch service reads."""

    model_config = SettingsConfigDict(env_prefix="SCRATCH_")

    few_per_minute: int = Field(3)


class Refused(Conflict):
    def __init__(self) -> None:
        super().__init__("No. Ask for something else.", zh="不行，请换一项。")


INSERT = text("INSERT INTO note (id, word, at, about) VALUES (:id, :word, :at, :about)")


async def write_note(session: AsyncSession, word: str, *, about: UUID | None = None) -> UUID:
    id = uuid4()
    await session.execute(INSERT, {"id": id, "word": word, "at": now(session), "about": about})
    announce(session, Noted(thing=word))
    return id


router = Room(prefix="/v1")
write = [may(Action.REGISTER_NEED)]


@router.post("/notes", status_code=201, dependencies=write)
async def add_note(session: Transaction, who: Who, note: dict[str, str]) -> dict[str, str]:
    """`then` says what goes wrong after everything was written."""
    id = await write_note(session, note["word"])
    match note.get("then"):
        case "refuse":
            raise Refused
        case "break":
            raise RuntimeError("a bug")
        case "fail at commit":
            await session.execute(INSERT, {"id": uuid4(), "word": "x", "at": now(session), "about": uuid4()})
        case "twice":
            await write_note(session, note["word"])
    return {"id": str(id), "by": who.subject}


@router.post("/asked", dependencies=[may(Action.REGISTER_NEED), per_caller("few_per_minute")])
@retry_safe
async def ask(session: Transaction) -> dict[str, str]:
    return {"now": now(session).isoformat()}


@router.get("/open/{token}", dependencies=[anyone("scratch.open"), per_address("few_per_minute")])
async def look(token: str, session: Transaction) -> dict[str, str]:
    return {"token": token}


WITHIN = text("SELECT id FROM unnest(CAST(:ids AS text[])) AS id WHERE app_sees_division(split_part(id, ' ', 1))")
asked: list[Sequence[str]] = []


async def things_seen(session: AsyncSession, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """A thing lies in the division that its name begins with."""
    asked.append(ids)
    return {id: (id.split(" ")[0],) for id in await session.scalars(WITHIN, {"ids": list(ids)})}


STREAM = Stream(
    action=Action.READ_NEEDS,
    shown={
        Noted: Sight(Action.READ_NEEDS, things_seen, key=str),
        Weighed: Sight(Action.RECORD_CONTACT, things_seen, key=str),
    },
    kept_back={Counted: "It is what a listener says."},
)
service = Service(
    name="needs", title="Scratch", description="Plumbing for tests.", settings=Settings, routers=(router,),
    stream=STREAM,
)  # fmt: skip


@dataclass(slots=True)
class Scratch:
    """The running scratch service, its database, and hands to look at it."""

    city: City
    database: Database
    owner: "asyncpg.Connection[asyncpg.Record]"

    async def notes(self, word: str) -> list["asyncpg.Record"]:
        return await self.owner.fetch("SELECT * FROM note WHERE word = $1", word)

    async def facts(self, subject: str) -> list[int]:
        rows = await self.owner.fetch("SELECT sequence FROM fact WHERE subject = $1 ORDER BY number", subject)
        return [row["sequence"] for row in rows]

    async def read(self, after: Position | None = None, *, limit: int = 100) -> list[str]:
        """The subjects of the next facts, as a reader of the feed sees them."""
        async with self.database.work(SOMEBODY) as session:
            return [fact.subject for fact in await read_after(session, after, limit=limit)]

    async def end(self) -> Position | None:
        """Where the log ends now."""
        async with self.database.work(SOMEBODY) as session:
            facts = await read_after(session, None, limit=100_000)
            return facts[-1].position if facts else None

    def internal(self) -> httpx.AsyncClient:
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.city.internals["needs"]), base_url="http://needs-internal/needs"
        )
        self.city.clients.append(client)
        return client


async def heard(database: Database, after: str | None, *, limit: int = 100) -> Sequence[HeardFact]:
    """The next facts of a log, as they arrive at a listener."""
    async with database.work(SOMEBODY) as session:
        facts = await read_after(session, Position.parse(after) if after else None, limit=limit)
    return [HeardFact.from_cloud_event(as_cloud_event(fact, publisher="scratch")) for fact in facts]


@asynccontextmanager
async def scratch_service(cluster: Cluster, folder: Path, **settings: Any) -> AsyncIterator[Scratch]:
    """The scratch service on a database of its own."""
    name = await copy_database(cluster, "needs")
    url = cluster.url(name, "needs_app").replace("postgresql://", "postgresql+asyncpg://")
    owner = await asyncpg.connect(cluster.url(name))
    await owner.execute(TABLES)
    given: dict[str, Any] = {
        "database_url": url, "environment": "test", "clock": "played", "keys_file": keys_file(folder), "issuer": ISSUER,
        "identity_url": "http://identity", "listens": False, "wait_seconds": 60, "feed_wait_seconds": 0, "pool_size": 5,
    }  # fmt: skip
    public, internal = service.build(Settings(**(given | settings)), transport=Network())
    city = City({"needs": public}, {"needs": internal}, Network(), {"needs": cluster.url(name)})
    async with public.router.lifespan_context(public):
        yield Scratch(city, public.state.house.database, owner)
        for client in city.clients:
            await client.aclose()
    await owner.close()
