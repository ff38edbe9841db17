"""A station closes, at once or when its last day has come: what it had waits for whoever serves its places now."""

import json
from datetime import datetime, timedelta
from typing import Any

from services.cases.models import Case
from shared.kit.feed.ears import HeardFact
from shared.kit.feed.listening import handle
from shared.kit.ids import new_id
from shared.schemas.access import Role
from shared.schemas.reference import station_id
from tests.cases.people import CONSENT, TUESDAY, announced, arrived, done, read, worker
from tests.city import City, Person
from tests.people import ADMINISTRATOR

# 南丰县's townships, which no other test of this folder works in.
COUNTY = Person.of(Role.HEAD_STATION, "head-station-361023", divisions=("361023",))
MANAGER = Person.of(Role.TOWNSHIP_MANAGER, "manager-361023", divisions=("361023",))
MONDAY = datetime.fromisoformat("2026-03-16T00:00:00+08:00")


def of(township: str) -> str:
    return str(station_id(f"{township}-01"))


def head_of(township: str) -> Person:
    return Person.of(Role.STATION_HEAD, f"head-{township}", stations=(of(township),))


def worker_of(township: str) -> Person:
    return Person.of(Role.SOCIAL_WORKER, f"worker-{township}", stations=(of(township),))


async def row_ends(city: City, township: str, until: str | None, *, now: datetime = TUESDAY) -> None:
    """The administrator writes the last day into the row of a township's station."""
    path = f"/reference/station/{township}-01"
    row = (await city.get("needs", path, ADMINISTRATOR, now=TUESDAY)).json()
    form = {name: row[name] for name in ("valid_from", "source", "body")} | {"valid_to": until}
    answer = await city.put("needs", path, ADMINISTRATOR, form, version=row["version"], now=now)
    assert answer.is_success, answer.text
    await city.settle()


async def serves(city: City, township: str, *divisions: str) -> None:
    path = f"/stations/{of(township)}"
    file = (await city.get("cases", path, head_of(township))).json()
    form = {"serves": list(divisions)}
    answer = await city.put("cases", path, head_of(township), form, version=file["version"], now=TUESDAY)
    assert answer.is_success, answer.text
    await city.let_time_pass(TUESDAY)


async def somebody(city: City, township: str) -> str:
    return await worker(city, station=of(township), head=head_of(township))


async def working_on(city: City, township: str, **changes: Any) -> dict[str, Any]:
    """A case of a township's station, with somebody who has it and something to do."""
    need = await arrived(city, "counselling", head=head_of(township), division=township, **changes)
    rows = await city.get("cases", "/cases", head_of(township), params={"resident_id": need["resident_id"]})
    (case,) = rows.json()["items"]
    form = {"worker_id": await somebody(city, township)}
    await done(city, f"/cases/{case['id']}/assign", head_of(township), form)
    task = {"words": "上门", "due_on": "2026-04-20"}
    await done(city, f"/cases/{case['id']}/tasks", worker_of(township), task)
    had: dict[str, Any] = case | {"need_id": need["id"], "worker_id": form["worker_id"]}
    return had


async def packets(city: City, by: Person) -> list[dict[str, Any]]:
    """The packets of closed stations that wait for somebody."""
    answer = await city.get("cases", "/handovers", by, params={"limit": 200})
    return [each for each in answer.json()["items"] if each["left_station"] is not None]


async def station_of(city: City, service: str, id: str) -> str:
    """Where a need is, in a service's own tables."""
    owner = await city.owner(service)
    found = await owner.fetchval("SELECT station_id::text FROM need WHERE id = $1::uuid", id)
    await owner.close()
    return str(found)


async def holds(city: City, service: str, township: str) -> bool:
    """Whether a service that follows cases takes the station for one that works."""
    owner = await city.owner(service)
    query = "SELECT (body->>'is_active')::boolean FROM reference_row WHERE table_name = 'station_told' AND key = $1"
    found = await owner.fetchval(query, of(township))
    await owner.close()
    return bool(found)


async def test_the_cases_of_a_station_that_closes_wait_in_a_packet_at_whoever_serves_the_place_now(
    working: City,
) -> None:
    """They are there before the needs follow, so the need's move ends nothing and opens nothing."""
    closing, following = "361023100", "361023101"
    case = await working_on(working, closing)
    offer = {"station_id": of(following), "reason": "居民已迁居"}
    await done(working, f"/cases/{case['id']}/transfer", head_of(closing), offer)
    await serves(working, following, following, closing)
    await row_ends(working, closing, "2026-03-10")
    await working.let_time_pass(TUESDAY)
    head = head_of(following)
    moved = await read(working, case["id"], head)
    assert (moved["station_id"], moved["worker_id"], moved["division"]) == (of(following), None, closing)
    (packet,) = await packets(working, head)
    assert (packet["worker_id"], packet["left_station"], packet["waiting"]) == (None, of(closing), [case["id"]])
    assert [each["is_accepted"] for each in moved["transfers"]] == [False]
    assert await station_of(working, "needs", case["need_id"]) == of(following)
    assert [part["ended_at"] for part in moved["needs"]] == [None]
    here = await working.get("cases", "/cases", head, params={"resident_id": case["resident_id"]})
    assert len(here.json()["items"]) == 1
    assert (await working.get("cases", f"/cases/{case['id']}", head_of(closing))).status_code == 404
    assert await announced(working, "case_unowned", case["id"]) == [], "a working day has not passed"
    await working.let_time_pass(TUESDAY + timedelta(days=1, hours=1))
    told = await announced(working, "case_unowned", case["id"])
    assert [(each["station_id"], each["division"]) for each in told] == [(of(following), closing)]
    successor = await somebody(working, following)
    await done(working, f"/cases/{case['id']}/assign", head, {"worker_id": successor})
    assert await packets(working, head) == []
    tasks = await working.get("cases", "/tasks", head, params={"case_id": case["id"]})
    assert [task["worker_id"] for task in tasks.json()["items"]] == [successor]


async def test_a_station_closes_by_itself_on_the_day_that_its_row_says_and_others_follow(working: City) -> None:
    """Heard once, days before: cases closes it, needs moves what it had, matching grants it nothing any more."""
    closing = "361023102"
    case = await working_on(working, closing)
    await row_ends(working, closing, "2026-03-16")
    await working.let_time_pass(MONDAY - timedelta(seconds=1))
    assert (await station_of(working, "needs", case["need_id"])) == of(closing)
    assert await holds(working, "matching", closing)
    assert (await read(working, case["id"], head_of(closing)))["worker_id"] == case["worker_id"]
    await working.let_time_pass(MONDAY)
    head_station = str(station_id("361023-00"))
    for service in ("needs", "matching"):
        assert not await holds(working, service, closing)
        assert await station_of(working, service, case["need_id"]) == head_station
    asked = await arrived(working, head=COUNTY, division=closing, now=MONDAY + timedelta(hours=9))
    assert asked["station_id"] == head_station
    found = await read(working, case["id"], COUNTY)
    assert (found["station_id"], found["worker_id"], found["alerts"]) == (head_station, None, 1)
    told = await announced(working, "case_unowned", case["id"])
    assert len(told) == 1, "where only the county's head station is left, it is told at once"
    assert [case["id"] in each["waiting"] for each in await packets(working, COUNTY)] == [True]


async def test_a_station_opens_on_the_day_that_its_next_row_begins(working: City) -> None:
    township = "361023103"
    path = f"/reference/station/{township}-01"
    row = (await working.get("needs", path, ADMINISTRATOR, now=TUESDAY)).json()
    await row_ends(working, township, "2026-03-10")
    await working.let_time_pass(TUESDAY)
    assert not await holds(working, "needs", township)
    form = {"source": row["source"], "body": row["body"] | {"name": "重新开办的社工站"}, "valid_from": "2026-03-16"}
    answer = await working.put("needs", path, ADMINISTRATOR, form, version=0, now=TUESDAY)
    assert answer.is_success, answer.text
    await working.let_time_pass(MONDAY - timedelta(seconds=1))
    assert not await holds(working, "needs", township)
    await working.let_time_pass(MONDAY)
    assert await holds(working, "needs", township)
    assert (await working.get("cases", f"/stations/{of(township)}", COUNTY)).json()["name"] == "重新开办的社工站"


async def test_a_station_whose_last_day_was_taken_back_stays_open(working: City) -> None:
    township = "361023104"
    await row_ends(working, township, "2026-03-16")
    await row_ends(working, township, None)
    await working.let_time_pass(MONDAY + timedelta(days=1))
    assert await holds(working, "needs", township)


async def rows_told(city: City, township: str) -> list[HeardFact]:
    """What needs told of a station's row, from the first time on."""
    owner = await city.owner("needs")
    rows = await owner.fetch(
        "SELECT id, name, subject, sequence, time, body::text FROM fact WHERE subject = $1 ORDER BY sequence",
        f"station:{township}-01",
    )
    await owner.close()
    assert len(rows) > 1
    return [
        HeardFact("", id, name, subject, sequence, time, json.loads(body))
        for id, name, subject, sequence, time, body in rows
    ]


async def hear_again(city: City, fact: HeardFact) -> None:
    """Hear a fact of needs once more, at its own time."""
    (listener,) = [each for each in city.house("cases").listeners if each.publisher == "needs"]
    async with listener.database.work(listener.context) as session:
        await handle(session, fact, listener.handlers)


async def test_hearing_it_all_again_neither_opens_what_has_closed_nor_moves_its_cases(working: City) -> None:
    township = "361023105"
    case = await working_on(working, township)
    await row_ends(working, township, "2026-03-10")
    await working.let_time_pass(TUESDAY)
    told = len(await announced(working, "station_changed", of(township)))
    for row in await rows_told(working, township):
        await hear_again(working, row)
    await working.let_time_pass(TUESDAY)
    assert len(await announced(working, "station_changed", of(township))) == told
    assert len(await announced(working, "case_transferred", case["id"])) == 1


async def test_where_the_other_station_has_a_case_of_the_person_a_person_decides_what_becomes_of_the_two(
    working: City,
) -> None:
    """It stays, told of at once; when the other one has ended, it goes there the next day by itself."""
    closing, following = "361023106", "361023200"
    case = await working_on(working, closing)
    other = await working_on(working, following, resident=None, resident_id=case["resident_id"])
    await serves(working, following, following, closing)
    await row_ends(working, closing, "2026-03-10")
    await working.let_time_pass(TUESDAY)
    left = await read(working, case["id"], COUNTY)
    assert (left["station_id"], left["worker_id"], left["alerts"]) == (of(closing), None, 1)
    (packet,) = [each for each in await packets(working, MANAGER) if each["left_station"] == of(closing)]
    assert (packet["station_id"], packet["waiting"]) == (of(closing), [case["id"]])
    path = f"/cases/{other['id']}"
    await done(working, f"{path}/consent", worker_of(following), CONSENT)
    asked = await done(working, f"{path}/approvals", worker_of(following), {"act": "closure"})
    await done(working, f"{path}/approvals/{asked['id']}/decide", head_of(following), {"approved": True})
    await done(working, f"{path}/close", worker_of(following), {"outcome": "moved"})
    await working.let_time_pass(TUESDAY + timedelta(days=1))
    assert (await read(working, case["id"], head_of(following)))["station_id"] == of(following)


def test_a_case_that_nobody_had_when_its_station_closed_has_waited_since_before_that() -> None:
    case = Case(
        id=new_id(), station_id=new_id(), status="open", worker_id=None, unowned_since=TUESDAY, alerts=2, version=1
    )  # fmt: skip
    (moved,) = case.hand_over(new_id(), new_id(), at=MONDAY)
    assert (case.unowned_since, case.alerts, case.version) == (TUESDAY, 2, 2)
    assert (moved.to_station, moved.to_worker) == (case.station_id, None)


async def test_what_has_ended_and_is_to_be_looked_back_at_goes_along(working: City) -> None:
    closing, following = "361023201", "361023202"
    case = await working_on(working, closing)
    path = f"/cases/{case['id']}"
    asked = await done(working, f"{path}/approvals", worker_of(closing), {"act": "closure"})
    await done(working, f"{path}/approvals/{asked['id']}/decide", head_of(closing), {"approved": True})
    form = {"outcome": "moved", "follow_ups": ["2026-04-10"]}
    await done(working, f"{path}/close", worker_of(closing), form)
    await serves(working, following, following, closing)
    await row_ends(working, closing, "2026-03-10")
    await working.let_time_pass(TUESDAY)
    head = head_of(following)
    moved = await read(working, case["id"], head)
    assert (moved["status"], moved["unowned_since"], moved["follow_ups"][0]["worker_id"]) == ("closed", None, None)
    successor = await somebody(working, following)
    await done(working, f"{path}/assign", head, {"worker_id": successor})
    assert [each["worker_id"] for each in (await read(working, case["id"], head))["follow_ups"]] == [successor]
    assert await packets(working, head) == []
