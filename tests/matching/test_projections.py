"""What matching keeps of needs: heard again from the first fact it is the same, and nothing happens twice."""

from datetime import datetime, timedelta
from typing import Any

from shared.kit.feed.listening import rewind
from tests.city import City
from tests.matching.people import FIRST, TUESDAY, order, ordered, orders_of, publish, triaged
from tests.people import ADMINISTRATOR, HEAD, triage

KEPT = ("need", "person", "consent", "consent_override", "provider", "reference_row")


async def kept(city: City) -> dict[str, list[Any]]:
    owner = await city.owner("matching")
    found = {table: await owner.fetch(f"SELECT t::text FROM {table} t ORDER BY 1") for table in KEPT}
    facts = await owner.fetchval("SELECT count(*) FROM fact")
    await owner.close()
    return {table: [row[0] for row in rows] for table, rows in found.items()} | {"facts": [facts]}


async def test_hearing_everything_again_changes_nothing(bare: City) -> None:
    later = TUESDAY + timedelta(hours=1)
    listed = await publish(bare, FIRST, "heard-again")
    need_id = await triaged(bare)
    resident = (await bare.get("needs", f"/needs/{need_id}", HEAD)).json()["resident_id"]
    for given in (False, True):
        word = {"given": given, "evidence": "本人来电"}
        await bare.post("needs", f"/residents/{resident}/consents", HEAD, word, now=later)
    await bare.settle()
    made = await ordered(bare, need_id, listed["id"], now=later + timedelta(minutes=5))
    await bare.let_time_pass(later + timedelta(minutes=5))
    before = await kept(bare)
    matching = bare.house("matching")
    async with matching.database.work(matching.listeners[0].context) as session:
        await rewind(session, ["needs"])
    await bare.settle()
    await bare.let_time_pass(later + timedelta(minutes=6))
    assert await kept(bare) == before
    assert [row["status"] for row in await orders_of(bare, need_id)] == ["requested"]
    assert made["status"] == "requested"


async def test_what_is_kept_of_needs_is_built_anew_from_nothing(bare: City) -> None:
    listed, need_id = await publish(bare, FIRST, "from-nothing"), await triaged(bare)
    await ordered(bare, need_id, listed["id"])
    await bare.let_time_pass(TUESDAY)
    before = await kept(bare)
    owner = await bare.owner("matching")
    for table in ("need", "person", "consent", "consent_override"):
        await owner.execute(f"DELETE FROM {table}")
    await owner.close()
    matching = bare.house("matching")
    async with matching.database.work(matching.listeners[0].context) as session:
        await rewind(session, ["needs"])
    await bare.settle()
    assert await kept(bare) == before
    assert [row["status"] for row in await orders_of(bare, need_id)] == ["requested"]


async def test_an_edited_calendar_makes_a_running_order_due_anew(bare: City) -> None:
    tuesday = datetime.fromisoformat("2026-05-12T10:00:00+08:00")
    listed = await publish(bare, FIRST, "calendar")
    made = (await order(bare, await triaged(bare, now=tuesday), listed["id"], now=tuesday)).json()
    assert made["due_at"] == "2026-05-13T10:00:00+08:00"
    row = {
        "valid_from": "2026-05-01", "source": "示例：临时放假通知",
        "body": {"date": "2026-05-13", "is_workday": False, "name_zh": "临时放假", "name_en": "Day off"},
    }  # fmt: skip
    path = "/reference/calendar_day/2026-05-13"
    written = await bare.put("needs", path, ADMINISTRATOR, row, version=0, now=tuesday)
    assert written.status_code == 200, written.text
    await bare.settle()
    await bare.let_time_pass(tuesday)
    moved = (await bare.get("matching", f"/orders/{made['id']}", HEAD)).json()
    assert (moved["due_at"], moved["clocks"][0]["due_at"]) == ("2026-05-14T10:00:00+08:00",) * 2
    await bare.let_time_pass(datetime.fromisoformat("2026-05-14T09:59:00+08:00"))
    assert (await bare.get("matching", f"/orders/{made['id']}", HEAD)).json()["status"] == "requested"


async def test_an_edited_calendar_leaves_an_order_due_at_its_soonest_clock(bare: City) -> None:
    tuesday = datetime.fromisoformat("2026-06-16T10:00:00+08:00")
    listed, need_id = await publish(bare, FIRST, "calendar-hastened"), await triaged(bare, now=tuesday)
    made = (await order(bare, need_id, listed["id"], now=tuesday)).json()
    await bare.post("needs", f"/needs/{need_id}/triage", HEAD, triage(urgency="urgent"), now=tuesday)
    await bare.settle()
    row = {
        "valid_from": "2026-06-01", "source": "示例：临时放假通知",
        "body": {"date": "2026-06-17", "is_workday": False, "name_zh": "临时放假", "name_en": "Day off"},
    }  # fmt: skip
    await bare.put("needs", "/reference/calendar_day/2026-06-17", ADMINISTRATOR, row, version=0, now=tuesday)
    await bare.settle()
    await bare.let_time_pass(tuesday)
    read = (await bare.get("matching", f"/orders/{made['id']}", HEAD)).json()
    assert sorted(clock["due_at"] for clock in read["clocks"]) == [
        "2026-06-16T14:00:00+08:00", "2026-06-18T10:00:00+08:00",
    ]  # fmt: skip
    assert read["due_at"] == "2026-06-16T14:00:00+08:00"
