"""A case goes to another station when that says yes; until then it sees the case and none of its words."""

from shared.schemas.access import Role
from tests.cases.people import OTHER_WORKER, announced, approved, done, opened, read, refused, worker
from tests.city import City, Person
from tests.people import HEAD, OTHER_HEAD, OTHER_STATION, STATION, WORKER

OFFER = {"station_id": str(OTHER_STATION), "reason": "居民已迁往南城县居住"}


async def is_shown(city: City, id: str) -> bool:
    """Whether the other station has it in its queue."""
    answer = await city.get("cases", "/cases", OTHER_HEAD, params={"limit": 200})
    return id in [row["id"] for row in answer.json()["items"]]


async def test_an_accepted_case_is_the_other_stations_and_no_longer_ours(working: City) -> None:
    id = (await opened(working))["id"]
    await done(working, f"/cases/{id}/transfer", HEAD, OFFER)
    somebody = await worker(working, station=OTHER_STATION, head=OTHER_HEAD)
    await done(working, f"/cases/{id}/transfer/answer", OTHER_HEAD, {"accepts": True, "worker_id": somebody})
    assert (await read(working, id, OTHER_HEAD))["worker_id"] == somebody
    assert (await working.get("cases", f"/cases/{id}", HEAD)).status_code == 404
    [told] = await announced(working, "case_transferred", id)
    assert (told["from_station"], told["to_station"]) == (str(STATION), str(OTHER_STATION))


async def test_while_it_is_offered_the_other_station_sees_it_and_works_on_nothing(working: City) -> None:
    id = (await opened(working))["id"]
    await done(working, f"/cases/{id}/notes", WORKER, {"words": "家庭关系紧张。"})
    assert not await is_shown(working, id)
    await done(working, f"/cases/{id}/transfer", HEAD, OFFER)
    assert await is_shown(working, id)
    for path in ("", "/words", "/timeline"):
        assert (await working.get("cases", f"/cases/{id}{path}", OTHER_HEAD)).status_code == 404
    assert (await refused(working, f"/cases/{id}/notes", OTHER_WORKER, {"words": "x"}))[0] == 404
    await done(working, f"/cases/{id}/transfer/answer", OTHER_HEAD, {"accepts": False})
    assert not await is_shown(working, id)


async def test_a_case_that_was_not_taken_stays_and_can_be_offered_again(working: City) -> None:
    id = (await opened(working))["id"]
    await done(working, f"/cases/{id}/transfer", HEAD, OFFER)
    assert await refused(working, f"/cases/{id}/transfer", HEAD, OFFER) == (409, "transfer-waits")
    await done(working, f"/cases/{id}/transfer/answer", OTHER_HEAD, {"accepts": False})
    case = await read(working, id)
    assert (case["station_id"], [each["is_accepted"] for each in case["transfers"]]) == (str(STATION), [False])
    await done(working, f"/cases/{id}/transfer", HEAD, OFFER)
    await done(working, f"/cases/{id}/transfer/answer", OTHER_HEAD, {"accepts": False})


async def test_who_offers_does_not_answer(working: City) -> None:
    id = (await opened(working))["id"]
    await done(working, f"/cases/{id}/transfer", HEAD, OFFER)
    assert (await refused(working, f"/cases/{id}/transfer/answer", HEAD, {"accepts": True}))[0] == 404
    await done(working, f"/cases/{id}/transfer/answer", OTHER_HEAD, {"accepts": False})


async def test_an_offer_that_is_not_answered_is_taken_back(working: City) -> None:
    id = (await opened(working))["id"]
    path = f"/cases/{id}/transfer/take-back"
    assert await refused(working, path, HEAD) == (409, "nothing-offered")
    await done(working, f"/cases/{id}/transfer", HEAD, OFFER)
    assert (await refused(working, path, OTHER_HEAD))[0] == 404
    assert (await done(working, path, HEAD))["is_accepted"] is False
    assert not await is_shown(working, id)
    await done(working, f"/cases/{id}/transfer", HEAD, OFFER)
    await done(working, path, HEAD)


async def test_a_case_that_ends_is_offered_to_nobody_any_more(working: City) -> None:
    id = (await opened(working))["id"]
    await done(working, f"/cases/{id}/transfer", HEAD, OFFER)
    await approved(working, id, "closure")
    await done(working, f"/cases/{id}/close", WORKER, {"outcome": "moved"})
    assert not await is_shown(working, id)
    assert (await refused(working, f"/cases/{id}/transfer/answer", OTHER_HEAD, {"accepts": True}))[0] == 404


async def test_who_reaches_both_stations_does_not_accept_their_own_offer(working: City) -> None:
    city_head = Person.of(Role.HEAD_STATION, "head-of-both", divisions=("361002", "361021"))
    id = (await opened(working))["id"]
    await done(working, f"/cases/{id}/transfer", city_head, OFFER)
    path = f"/cases/{id}/transfer/answer"
    assert await refused(working, path, city_head, {"accepts": True}) == (403, "own-act")
    await done(working, path, city_head, {"accepts": False})


async def test_what_was_to_be_done_goes_with_the_case_and_what_was_done_stays_the_former_stations(
    working: City,
) -> None:
    case = await opened(working)
    id = case["id"]
    colleague = {"words": "陪同就诊", "due_on": "2026-03-20", "worker_id": await worker(working)}
    await done(working, f"/cases/{id}/tasks", WORKER, colleague)
    await done(working, f"/cases/{id}/services", WORKER, {"kind": "visit", "minutes": 45, "reached": True})
    await done(working, f"/cases/{id}/transfer", HEAD, OFFER)
    somebody = await worker(working, station=OTHER_STATION, head=OTHER_HEAD)
    await done(working, f"/cases/{id}/transfer/answer", OTHER_HEAD, {"accepts": True, "worker_id": somebody})
    tasks = await working.get("cases", "/tasks", OTHER_HEAD, params={"case_id": id})
    assert [task["worker_id"] for task in tasks.json()["items"]] == [somebody]
    time = await working.get("cases", f"/workers/{case['worker_id']}/time", HEAD, params={"year": 2026})
    assert [month["professional_minutes"] for month in time.json()["months"]] == [45]


async def test_a_case_is_not_transferred_to_where_it_is(working: City) -> None:
    id = (await opened(working))["id"]
    here = OFFER | {"station_id": str(STATION)}
    assert await refused(working, f"/cases/{id}/transfer", HEAD, here) == (409, "transfer-to-itself")
    nowhere = OFFER | {"station_id": id}
    assert await refused(working, f"/cases/{id}/transfer", HEAD, nowhere) == (422, "unknown-place")
