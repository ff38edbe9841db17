"""PostgreSQL keeps each station to its own, whatever a query forgets."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shared.kit.database import NOBODY, Context
from shared.schemas.facts.matching import OrderRequested
from tests.cases.people import CONSENT, TUESDAY, approved, done, hear, opened
from tests.cases.test_attachments import attached, pdf
from tests.city import City
from tests.people import HEAD, OTHER_STATION, STATION, TOWNSHIP, WORKER

TABLES = (
    "station", "worker", "training", "handover", "casework", "case_need", "assessment", "goal", "task",
    "service_record", "note", "approval", "need", "case_event", "attachment", "follow_up", "order_wish", "wish_order",
    "service_time",
)  # fmt: skip
ELSEWHERE = {
    "nobody": NOBODY,
    "another station": Context(actor="x", stations=(str(OTHER_STATION),)),
    "another county": Context(actor="x", divisions=("361021",)),
    "another service's machine": Context(actor="x", machine="needs.handlers"),
}
AT_HOME = {
    "the station": Context(actor="x", stations=(str(STATION),)),
    "the county": Context(actor="x", divisions=("361002",)),
    "the timers": Context(actor="x", machine="cases.timers"),
}


@dataclass(frozen=True, slots=True)
class Filled:
    """A city with one case whose rows stand in every table."""

    city: City
    case: dict[str, Any]

    async def rows(self, table: str, context: Context) -> int:
        """How many of the case's rows a context sees."""
        column, value = {
            "station": ("id", str(STATION)),
            "worker": ("id", self.case["worker_id"]),
            "training": ("worker_id", self.case["worker_id"]),
            "handover": ("worker_id", self.case["worker_id"]),
            "casework": ("id", self.case["id"]),
            "need": ("id", self.case["need_id"]),
            "case_event": ("need_id", self.case["need_id"]),
            "wish_order": ("wish_id", self.case["wish_id"]),
            "service_time": ("worker_id", self.case["worker_id"]),
        }.get(table, ("case_id", self.case["id"]))
        async with self.city.house("cases").database.work(context) as session:
            query = text(f"SELECT count(*) FROM {table} WHERE {column} = :value")
            return await session.scalar(query, {"value": value}) or 0


@pytest.fixture(scope="module")
async def filled(working: City) -> Filled:
    """A case with everything that there can be."""
    case = await opened(working)
    path = f"/cases/{case['id']}"
    await done(working, f"{path}/consent", WORKER, CONSENT)
    await approved(working, case["id"], "intake")
    await done(working, f"{path}/assessments", WORKER, {"scores": {"mind": 2}})
    await done(working, f"{path}/goals", WORKER, {"domain": "mind", "words": "恢复作息"})
    await done(working, f"{path}/tasks", WORKER, {"words": "上门", "due_on": "2026-03-20"})
    await done(working, f"{path}/services", WORKER, {"kind": "visit", "minutes": 30, "reached": True})
    await done(working, f"{path}/notes", WORKER, {"words": "已上门。"})
    wish = await done(working, f"{path}/order-wishes", WORKER, {"need_id": case["need_id"], "category": "meals"})
    await hear(working, order_for(case["need_id"]))
    await attached(working, case["id"], pdf())
    await done(working, f"/needs/{case['need_id']}/withdraw", HEAD, service="needs")
    await working.settle()
    await done(working, f"/workers/{case['worker_id']}/leave", HEAD)
    await approved(working, case["id"], "closure")
    form = {"outcome": "met", "scores": {"mind": 4}, "follow_ups": ["2026-06-10"]}
    await done(working, f"{path}/close", WORKER, form)
    return Filled(working, case | {"wish_id": wish["id"]})


def order_for(need: str) -> OrderRequested:
    """An order, as matching tells of it."""
    return OrderRequested(
        order_id=uuid4(), reference="O-1", need_id=UUID(need), resident_id=None, resource_id=uuid4(), provider="x",
        station_id=STATION, division=TOWNSHIP, category="meals", quantity=1, due_at=TUESDAY,
    )  # fmt: skip


@pytest.mark.parametrize("who", ELSEWHERE)
@pytest.mark.parametrize("table", TABLES)
async def test_elsewhere_it_is_not_seen(filled: Filled, table: str, who: str) -> None:
    assert await filled.rows(table, ELSEWHERE[who]) == 0


@pytest.mark.parametrize("who", AT_HOME)
@pytest.mark.parametrize("table", TABLES)
async def test_at_home_it_is_seen(filled: Filled, table: str, who: str) -> None:
    assert await filled.rows(table, AT_HOME[who]) > 0


async def test_every_table_of_the_service_is_protected(working: City) -> None:
    owner = await working.owner("cases")
    open_ = await owner.fetch(
        "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public'"
        " AND c.relkind = 'r' AND relname = ANY($1) AND NOT (relrowsecurity AND relforcerowsecurity)",
        [*TABLES, "transfer", "stored_file", "resident_alias"],
    )
    await owner.close()
    assert open_ == []


async def test_a_case_is_not_changed_from_elsewhere(filled: Filled) -> None:
    async with filled.city.house("cases").database.work(ELSEWHERE["another station"]) as session:
        changed = await session.execute(
            text("UPDATE casework SET status = 'closed' WHERE id = :id RETURNING id"), {"id": filled.case["id"]}
        )
        assert changed.all() == []


async def test_nothing_is_written_into_a_case_from_elsewhere(filled: Filled) -> None:
    write = text(
        "INSERT INTO note (id, case_id, words_sealed, by, at) VALUES (gen_random_uuid(), :id, NULL, 'x', now())"
    )
    with pytest.raises(DBAPIError, match="row-level security"):
        async with filled.city.house("cases").database.work(ELSEWHERE["another station"]) as session:
            await session.execute(write, {"id": filled.case["id"]})
