"""The database refuses even when the code forgets (promise S2): tables are asked raw, without the code's filters."""

import asyncio
import random
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from shared.kit.access import Caller, context_for
from shared.kit.database import NOBODY, Context
from shared.schemas.access import Action, Role
from shared.schemas.reference import station_id
from tests.city import City, Person
from tests.figures import Figure
from tests.needs.matching_by_hand import MatchingByHand
from tests.people import need, person

SEED = 20261125
REQUESTS, AT_ONCE = 4000, 16
TUESDAY = datetime.fromisoformat("2026-03-10T10:00:00+08:00")
TOWNSHIPS = ("361002100", "361002101", "361021100", "361021101", "361022100")
OPEN = {"registered", "triaged", "ordered", "waiting", "in_service"}
OPERATOR = Person.of(Role.HOTLINE_OPERATOR, divisions=("3610",))
ASKERS = [Person.of(Role.RESIDENT, f"asker-{number}") for number in range(2)]
STATIONS = {code: str(station_id(f"{code}-01")) for code in TOWNSHIPS}
HEADS = [Person.of(Role.STATION_HEAD, f"head-{code}", stations=(STATIONS[code],)) for code in TOWNSHIPS]
COUNTIES = [Person.of(Role.HEAD_STATION, f"county-{code}", divisions=(code,)) for code in ("361002", "361021")]
OFFICERS = [Person.of(Role.PROVIDER_OFFICER, f"officer-{slug}", provider=slug) for slug in ("civil_affairs", "health")]


def context_of(who: Person, action: Action = Action.READ_NEEDS) -> Context:
    return context_for(Caller(who.subject, "tests", who.grants), action)


CONTEXTS: dict[str, Context] = {
    **{who.subject: context_of(who) for who in (*HEADS, *COUNTIES, *ASKERS, OPERATOR)},
    **{who.subject: context_of(who, Action.READ_CARD) for who in OFFICERS},
    "nobody": NOBODY,
    "another machine": Context(actor="x", machine="matching.handlers"),
    "a scope that is empty": Context(actor="x", divisions=("361099",), stations=(str(uuid4()),), provider="none"),
    "an actor who may not see their own": Context(actor=ASKERS[0].subject),
}
TABLES = ("need", "resident", "resident_phone", "consent", "clock", "contact", "need_order", "card_grant", "message")


@dataclass(slots=True)
class World:
    """Everything that is really there, as the superuser sees it, and who may see it."""

    city: City
    rows: dict[str, list[dict[str, Any]]]

    @classmethod
    async def read(cls, city: City) -> "World":
        owner = await city.owner("needs")
        rows = {table: [dict(row) for row in await owner.fetch(f"SELECT * FROM {table}")] for table in TABLES}
        await owner.close()
        return cls(city, rows)

    def expected(self, table: str, who: Context) -> set[UUID]:
        """The ids that this context may see, worked out from the rows and the words of the domain."""
        return {row.get("id") or row["order_id"] for row in self.rows[table] if self._sees(table, row, who)}

    def _sees(self, table: str, row: dict[str, Any], who: Context) -> bool:
        match table:
            case "need":
                granted = any(g["need_id"] == row["id"] for g in self._grants(who))
                return granted or _in_scope(row, who) or (who.own and row["registered_by"] == who.actor)
            case "resident":
                works = any(
                    n["resident_id"] == row["id"] and str(n["station_id"]) in who.stations and n["status"] in OPEN
                    for n in self.rows["need"]
                )
                granted = any(g["resident_id"] == row["id"] for g in self._grants(who))
                return granted or works or _in_scope(row, who) or (who.own and row["created_by"] == who.actor)
            case "card_grant":
                return bool(who.provider) and row["provider"] == who.provider
        holders = [("need", row.get("need_id")), ("resident", row.get("resident_id"))]
        return any(
            id is not None and self._sees(holder, self._row(holder, id), who)
            for holder, id in holders
            if table == "message" or (holder == "need") == (table in ("clock", "contact", "need_order"))
        )

    def _row(self, table: str, id: UUID) -> dict[str, Any]:
        return next(row for row in self.rows[table] if row["id"] == id)

    def _grants(self, who: Context) -> list[dict[str, Any]]:
        return [g for g in self.rows["card_grant"] if who.provider == g["provider"] and g["ended_at"] is None]


def _in_scope(row: dict[str, Any], who: Context) -> bool:
    by_division = any(prefix == "*" or row["division"].startswith(prefix) for prefix in who.divisions)
    return by_division or str(row["station_id"]) in who.stations


async def _fill(city: City) -> None:
    await _register(city)
    needs = (await city.get("needs", "/needs", OPERATOR)).json()["items"]
    await _work_on(city, needs)
    await _move_one(city, needs[0])


async def _register(city: City) -> None:
    numbers = count()
    for code in TOWNSHIPS:
        for _ in range(3):
            told = person(name=f"示例{next(numbers)}", phones=[{"number": f"1380000{next(numbers):04}"}])
            body = need(division=code, resident=told, consents_to_departments=True)
            answer = await city.post("needs", "/needs", OPERATOR, body, now=TUESDAY)
            assert answer.status_code == 201, answer.text
    for asker in ASKERS:
        for code in TOWNSHIPS[:2]:
            told = person(name=f"示例{next(numbers)}", phones=[])
            await city.post("needs", "/needs", asker, need(division=code, channel="app", resident=told), now=TUESDAY)


async def _work_on(city: City, needs: list[dict[str, Any]]) -> None:
    """Some are ordered, some of those done, some withdrawn, the rest spoken with."""
    matching = MatchingByHand(city)
    for place, each in enumerate(needs):
        head = next(head for head in HEADS if head.grants[0].stations == (each["station_id"],))
        path = f"/needs/{each['id']}"
        body = {"category": "meals", "groups": [], "urgency": "routine"}
        await city.post("needs", f"{path}/triage", head, body, now=TUESDAY)
        if place % 3 == 0:
            provider = ("civil_affairs", "health")[place % 2]
            order = await matching.accepted(each, TUESDAY, provider=provider)
            if place % 9 == 0:
                await matching.completed(order, each, TUESDAY, provider=provider)
        elif place % 4 == 0:
            await city.post("needs", f"{path}/withdraw", head, {}, now=TUESDAY)
        else:
            await city.post("needs", f"{path}/contacts", head, {"kind": "call"}, now=TUESDAY)


async def _move_one(city: City, first: dict[str, Any]) -> None:
    """A person of one county asks in another: the file stays, and that station sees it while the need runs."""
    body = need(resident=None, resident_id=first["resident_id"], division=TOWNSHIPS[4])
    assert (await city.post("needs", "/needs", OPERATOR, body, now=TUESDAY)).status_code == 201


@pytest.fixture(scope="module")
async def world(needs_alone: City) -> World:
    await _fill(needs_alone)
    return await World.read(needs_alone)


async def raw(city: City, who: Context, table: str) -> set[UUID]:
    """A table as the code would see it if it had forgotten every filter."""
    key = "order_id" if table in ("need_order", "card_grant") else "id"
    async with city.house("needs").database.work(who) as session:
        return set(await session.scalars(text(f"SELECT {key} FROM {table}")))


@pytest.mark.parametrize("table", TABLES)
async def test_without_any_filter_each_context_sees_its_own_rows_and_no_others(world: World, table: str) -> None:
    seen = {name: await raw(world.city, who, table) for name, who in CONTEXTS.items()}
    assert seen == {name: world.expected(table, who) for name, who in CONTEXTS.items()}


async def test_the_examples_are_not_empty_and_not_all_alike(world: World) -> None:
    for table in TABLES:
        expected = {name: frozenset(world.expected(table, who)) for name, who in CONTEXTS.items()}
        assert len(set(expected.values())) > 2, table
        assert expected["nobody"] == frozenset()


@pytest.mark.parametrize("name", ["nobody", HEADS[1].subject, OFFICERS[0].subject, ASKERS[0].subject])
async def test_nobody_writes_into_a_scope_that_is_not_theirs(world: World, name: str) -> None:
    unseen = {row["id"] for row in world.rows["need"]} - world.expected("need", CONTEXTS[name])
    (theirs, *_) = (row for row in world.rows["contact"] if row["need_id"] in unseen)
    database = world.city.house("needs").database
    async with database.work(CONTEXTS[name]) as session:
        changed = await session.execute(
            text("UPDATE need SET outcome = 'met' WHERE id = :id"), {"id": theirs["need_id"]}
        )
        assert changed.rowcount == 0  # type: ignore[attr-defined]
        gone = await session.execute(text("DELETE FROM contact WHERE need_id = :id"), {"id": theirs["need_id"]})
        assert gone.rowcount == 0  # type: ignore[attr-defined]


async def test_nobody_moves_a_row_out_of_their_own_scope(world: World) -> None:
    async def move() -> None:
        async with world.city.house("needs").database.work(CONTEXTS[HEADS[0].subject]) as session:
            moved = {"station": UUID(STATIONS[TOWNSHIPS[2]]), "mine": UUID(STATIONS[TOWNSHIPS[0]])}
            await session.execute(
                text("UPDATE need SET station_id = :station, division = '361021100' WHERE station_id = :mine"), moved
            )

    with pytest.raises(DBAPIError, match="row-level security"):
        await move()


class Injected(Exception):
    """An error that a test puts into a request."""


async def _request(world: World, chance: random.Random) -> None:
    """One piece of work of somebody, perhaps going wrong; whatever it sees must be its own."""
    name = chance.choice(list(CONTEXTS))
    who, table = CONTEXTS[name], chance.choice(TABLES)
    key = "order_id" if table in ("need_order", "card_grant") else "id"
    way = chance.choices(["fine", "error", "statement", "savepoint", "cancel"], [10, 2, 2, 1, 1])[0]
    async with world.city.house("needs").database.work(who) as session:
        if way == "savepoint":
            with pytest.raises(DBAPIError):
                async with session.begin_nested():
                    await session.execute(text("SELECT 1 / 0"))
        seen = set(await session.scalars(text(f"SELECT {key} FROM {table}")))
        assert seen == world.expected(table, who), f"seed {SEED}: {name} on {table}"
        match way:
            case "error":
                raise Injected
            case "statement":
                await session.execute(text("SELECT 1 / 0"))
            case "cancel":
                raise asyncio.CancelledError


async def _over_the_counter(world: World, chance: random.Random) -> None:
    who = chance.choice([*HEADS, *COUNTIES, *ASKERS])
    path = chance.choice(["/needs?limit=200", "/needs?status=triaged&status=waiting", "/needs?limit=x", "/needs/0"])
    answer = await world.city.get("needs", path, who)
    assert answer.status_code in (200, 422)
    if answer.is_success:
        seen = {UUID(item["id"]) for item in answer.json()["items"]}
        assert seen <= world.expected("need", CONTEXTS[who.subject])
        assert "limit" not in path or seen == world.expected("need", CONTEXTS[who.subject])


@pytest.mark.slow
async def test_four_thousand_mixed_requests_on_five_connections_see_no_wrong_row(world: World, figure: Figure) -> None:
    chance, left = random.Random(SEED), iter(range(REQUESTS))

    async def work() -> None:
        for number in left:
            request = _over_the_counter if number % 8 == 0 else _request
            try:
                await request(world, chance)
            except (Injected, DBAPIError, asyncio.CancelledError):
                continue

    async with asyncio.timeout(300), asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(work())
    engine = world.city.house("needs").database.bind
    assert isinstance(engine, AsyncEngine)
    pool = engine.pool
    assert isinstance(pool, AsyncAdaptedQueuePool)
    assert (pool.size(), pool.checkedout()) == (5, 0), "every connection came back"
    figure("S2", mixed_requests=REQUESTS, wrong_rows=0)


async def test_a_setting_never_travels_with_the_connection(world: World) -> None:
    database = world.city.house("needs").database
    for _ in range(10):
        async with database.work(CONTEXTS[OPERATOR.subject]) as session:
            await session.execute(text("SELECT 1"))
    assert isinstance(database.bind, AsyncEngine)
    async with database.bind.connect() as connection:
        left = await connection.scalar(text("SELECT nullif(current_setting('app.divisions', true), '')"))
        assert left is None
        assert await connection.scalar(text("SELECT count(*) FROM need")) == 0


@pytest.mark.parametrize("forged", ["361002,*", "", ",", "*,361002"])
async def test_a_scope_that_hides_another_in_itself_opens_nothing(world: World, forged: str) -> None:
    """Scopes come from signed tokens; were one of them wrongly made, it must not open the city."""
    for context in (Context(actor="x", divisions=(forged,)), Context(actor="x", stations=(forged,))):
        try:
            assert await raw(world.city, context, "need") == set()
        except ValueError:
            continue
