"""What the ends and the next beginnings of a need mean for its orders."""

from typing import Any

import pytest

from shared.schemas.facts.cases import StationChanged
from shared.schemas.vocabulary import StationKind
from tests.city import City
from tests.matching.people import FIRST, TUESDAY, act, officer, order, ordered, publish, triaged
from tests.needs.speaking import hears
from tests.people import HEAD, STATION, TOWNSHIP


async def did(city: City, need_id: str, verb: str, body: Any) -> None:
    answer = await city.post("needs", f"/needs/{need_id}/{verb}", HEAD, body, now=TUESDAY)
    assert answer.status_code == 200, answer.text
    await city.let_time_pass(TUESDAY)


async def other_need_of_the_same_person(city: City, need_id: str) -> str:
    resident = (await city.get("needs", f"/needs/{need_id}", HEAD)).json()["resident_id"]
    return await triaged(city, resident=None, resident_id=resident)


@pytest.mark.parametrize("how", ["refer", "join"])
async def test_what_goes_elsewhere_takes_its_orders_back(bare: City, how: str) -> None:
    listed, need_id = await publish(bare, FIRST, f"gone-{how}"), await triaged(bare)
    made = await ordered(bare, need_id, listed["id"])
    await bare.settle()
    body = {"kind": "medical", "to": "抚州市第三医院"}
    if how == "join":
        body = {"need_id": await other_need_of_the_same_person(bare, need_id)}
    await did(bare, need_id, how, body)
    found = (await bare.get("matching", f"/orders/{made['id']}", HEAD)).json()
    assert (found["status"], found["cancellation"]) == ("cancelled", "need_ended")
    assert (await order(bare, need_id, listed["id"])).status_code == 409


async def test_the_next_episode_is_ordered_for_anew_from_everybody(bare: City) -> None:
    listed, need_id = await publish(bare, FIRST, "next-episode"), await triaged(bare)
    first = await ordered(bare, need_id, listed["id"])
    for verb, body in (("accept", None), ("start", None), ("complete", {"used": 1})):
        assert (await act(bare, first["id"], verb, officer(FIRST), body)).status_code == 200
    await bare.settle()
    await did(bare, need_id, "resolve", {"outcome": "partly"})
    assert (await order(bare, need_id, listed["id"])).status_code == 409
    await did(bare, need_id, "reopen", {"reason": "not_solved"})
    candidates = (await bare.get("matching", f"/needs/{need_id}/candidates", HEAD, now=TUESDAY)).json()["candidates"]
    assert listed["id"] in str(candidates)
    again = await ordered(bare, need_id, listed["id"])
    assert (first["episode"], again["episode"]) == (1, 2)
    await act(bare, again["id"], "accept", officer(FIRST))
    await bare.settle()
    read = (await bare.get("needs", f"/needs/{need_id}", HEAD)).json()
    assert (read["status"], read["episode"]) == ("in_service", 2)
    blocked = await bare.post("needs", f"/needs/{need_id}/resolve", HEAD, {"outcome": "met"}, now=TUESDAY)
    assert blocked.status_code == 409


async def test_a_station_that_closed_is_granted_nothing(bare: City) -> None:
    listed = await publish(bare, FIRST, "closed-station")
    grant = {"resource_id": listed["id"], "station_id": str(STATION), "quarter": "2026Q1", "quota": 3}
    # Far beyond what cases itself has told of it by now.
    fact: dict[str, Any] = {
        "station_id": STATION, "code": f"{TOWNSHIP}-01", "kind": StationKind.TOWNSHIP, "division": TOWNSHIP,
        "serves": (TOWNSHIP,),
    }  # fmt: skip
    await hears(bare, StationChanged(**fact, is_active=False, version=101), at=TUESDAY, service="matching")
    assert (await bare.post("matching", "/packages", officer(FIRST), grant, now=TUESDAY)).status_code == 422
    await hears(bare, StationChanged(**fact, is_active=True, version=102), at=TUESDAY, service="matching")
    assert (await bare.post("matching", "/packages", officer(FIRST), grant, now=TUESDAY)).status_code == 201
