"""What waits: cases for somebody to have them, and a head's own for the county."""

from datetime import timedelta
from typing import Any

from services.cases.service.streams import STREAM
from shared.kit.access import Caller
from shared.kit.database import Context
from shared.kit.feed.reading import read_subject
from shared.kit.streams.sights import seen, viewpoint
from shared.schemas.access import Grant, Role
from shared.schemas.facts.cases import CaseUnowned
from shared.schemas.facts.identity import AccountChanged
from tests.cases.people import CONSENT, TUESDAY, announced, done, hear, opened, read, worker
from tests.city import City, Person
from tests.people import COUNTY, HEAD, OTHER_HEAD, OTHER_STATION, STATION, WORKER

TOWNSHIP_MANAGER = Person.of(Role.TOWNSHIP_MANAGER, divisions=("361002100",))
OTHER_MANAGER = Person.of(Role.TOWNSHIP_MANAGER, "township_manager-2", divisions=("361021100",))


async def unowned(city: City, by: Person) -> list[dict[str, Any]]:
    """What nobody has, page by page."""
    found: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        answer = await city.get("cases", "/cases/unowned", by, params={"limit": 2} | after)
        assert answer.is_success, answer.text
        found += answer.json()["items"]
        if answer.json()["next"] is None:
            return found
        after = {"after": answer.json()["next"]}


async def test_the_township_sees_which_cases_nobody_has_and_nothing_of_whose_they_are(working: City) -> None:
    left, given = await opened(working, with_worker=False), await opened(working)
    others = {(await opened(working, with_worker=False))["reference"] for _ in range(2)}
    rows = {row["reference"]: row for row in await unowned(working, TOWNSHIP_MANAGER)}
    assert others < rows.keys()
    assert rows[left["reference"]] == {
        "reference": left["reference"], "station_id": str(STATION), "unowned_since": left["unowned_since"],
        "alerts": 0,
    }  # fmt: skip
    assert given["reference"] not in rows
    assert [row["unowned_since"] for row in rows.values()] == sorted(row["unowned_since"] for row in rows.values())
    offer = {"station_id": str(OTHER_STATION), "reason": "居民已迁居"}
    await done(working, f"/cases/{left['id']}/transfer", HEAD, offer)
    assert left["reference"] not in [row["reference"] for row in await unowned(working, OTHER_MANAGER)]
    for path in ("/cases", f"/cases/{left['id']}"):
        assert (await working.get("cases", path, TOWNSHIP_MANAGER)).status_code == 403
    await done(working, f"/cases/{left['id']}/assign", HEAD, {"worker_id": await worker(working)})
    assert left["reference"] not in [row["reference"] for row in await unowned(working, TOWNSHIP_MANAGER)]


async def shown(city: City, person: Person, subject: str) -> list[str]:
    """Which facts of a case its follower's stream shows to somebody."""
    database = city.house("cases").database
    view = viewpoint(STREAM, Caller(person.subject, "tests", person.grants))
    async with database.work(Context(actor="tests", machine="cases.feed")) as session:
        facts = await read_subject(session, subject)
    return [each.fact.name for each in await seen(database, STREAM.sights, view, facts)]


async def test_the_townships_stream_tells_of_what_nobody_has_and_of_nothing_else_of_a_case(working: City) -> None:
    case = await opened(working, with_worker=False)
    await working.let_time_pass(TUESDAY + timedelta(days=1, hours=1))
    assert len(await announced(working, "case_unowned", case["id"])) == 1
    assert await shown(working, TOWNSHIP_MANAGER, case["id"]) == [CaseUnowned.name]
    assert await shown(working, OTHER_MANAGER, case["id"]) == []
    assert set(await shown(working, WORKER, case["id"])) > {CaseUnowned.name}


async def asked(city: City, by: Person, **held: Any) -> dict[str, Any]:
    """A case whose intake somebody asked the head for."""
    case = await opened(city, **held)
    await done(city, f"/cases/{case['id']}/consent", WORKER, CONSENT)
    return case | await done(city, f"/cases/{case['id']}/approvals", by, {"act": "intake"})


async def awaiting(city: City, by: Person) -> list[str]:
    answer = await city.get("cases", "/cases", by, params={"awaits_county": True, "limit": 200})
    return [row["id"] for row in answer.json()["items"]]


async def test_what_a_head_asked_for_waits_in_a_list_until_the_county_has_decided(working: City) -> None:
    others, heads = await asked(working, WORKER), await asked(working, HEAD)
    found = await awaiting(working, COUNTY)
    assert (heads["case_id"] in found, others["case_id"] in found) == (True, False)
    assert heads["case_id"] not in await awaiting(working, OTHER_HEAD)
    path = f"/cases/{heads['case_id']}/approvals/{heads['id']}/decide"
    await done(working, path, COUNTY, {"approved": True})
    assert heads["case_id"] not in await awaiting(working, COUNTY)


async def knows(city: City, account: str, *grants: Grant, is_active: bool = True) -> None:
    """What identity tells of an account."""
    await hear(city, AccountChanged(account=account, is_active=is_active, version=1, grants=grants))


async def test_where_a_colleague_asks_in_the_heads_own_case_it_waits_for_the_county(working: City) -> None:
    """Cases knows from identity who heads the station: whoever of them has the case does not decide on it."""
    account, grant = "heads-and-works", Grant(role=Role.STATION_HEAD, stations=(str(STATION),))
    head = Person.of(Role.STATION_HEAD, account, stations=(str(STATION),))
    of_head = await worker(working, account=account)
    await knows(working, account, grant)
    case = await opened(working, with_worker=False)
    await done(working, f"/cases/{case['id']}/assign", HEAD, {"worker_id": of_head})
    await done(working, f"/cases/{case['id']}/consent", WORKER, CONSENT)
    form = await done(working, f"/cases/{case['id']}/approvals", WORKER, {"act": "intake"})
    assert form["is_for_county"] is True
    assert case["id"] in await awaiting(working, COUNTY)
    path = f"/cases/{case['id']}/approvals/{form['id']}/decide"
    assert (await working.post("cases", path, head, {"approved": True})).status_code == 403
    await done(working, path, COUNTY, {"approved": True})
    assert (await read(working, case["id"]))["stage"] == "assessment"


async def test_who_heads_another_station_or_no_longer_heads_this_one_is_a_worker_here(working: City) -> None:
    account = "headed-once"
    of_head = await worker(working, account=account)
    here = Grant(role=Role.STATION_HEAD, stations=(str(STATION),))
    await knows(working, account, here)
    await knows(working, account, here, is_active=False)
    for grant in (Grant(role=Role.SOCIAL_WORKER, stations=(str(STATION),)), None):
        if grant is not None:
            await knows(working, account, grant)
        case = await opened(working, with_worker=False)
        await done(working, f"/cases/{case['id']}/assign", HEAD, {"worker_id": of_head})
        await done(working, f"/cases/{case['id']}/consent", WORKER, CONSENT)
        form = await done(working, f"/cases/{case['id']}/approvals", WORKER, {"act": "intake"})
        assert form["is_for_county"] is False
