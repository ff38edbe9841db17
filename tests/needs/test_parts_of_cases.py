"""While an episode is part of an open case it is not resolved, and whoever looks at the need sees why."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from deploy.postgres import Cluster
from shared.kit.ids import new_id
from shared.schemas.facts.cases import CaseClosed, CaseJoined, CaseOpened, CaseReopened
from shared.schemas.vocabulary import Outcome
from tests.city import City, running
from tests.needs.asking import TUESDAY, asked, judged, moment
from tests.needs.speaking import hears
from tests.people import HEAD, OTHER_HEAD, STATION, TOWNSHIP

WEDNESDAY, THURSDAY, FRIDAY = (moment(f"03-1{day} 10:00") for day in (1, 2, 3))


def opened(case: UUID, made: dict[str, Any], at: datetime = TUESDAY) -> CaseOpened:
    return CaseOpened(
        case_id=case, need_id=UUID(made["id"]), resident_id=UUID(made["resident_id"]), station_id=STATION,
        division=TOWNSHIP, worker_id=None, category="meals", opened_at=at,
    )  # fmt: skip


def joined(case: UUID, made: dict[str, Any], *, episode: int = 1) -> CaseJoined:
    return CaseJoined(case_id=case, need_id=UUID(made["id"]), episode=episode, station_id=STATION, joined_at=WEDNESDAY)


def closed(case: UUID, at: datetime = THURSDAY) -> CaseClosed:
    return CaseClosed(
        case_id=case, resident_id=new_id(), station_id=STATION, division=TOWNSHIP, outcome=Outcome.MET, closed_at=at
    )


def reopened(case: UUID) -> CaseReopened:
    return CaseReopened(
        case_id=case, resident_id=new_id(), station_id=STATION, division=TOWNSHIP, worker_id=None, reopened_at=FRIDAY
    )


async def resolved(city: City, made: dict[str, Any]) -> httpx.Response:
    return await city.post("needs", f"/needs/{made['id']}/resolve", HEAD, {"outcome": "met"}, now=moment("03-16 10:00"))


async def parts(city: City, made: dict[str, Any]) -> list[tuple[str, int, str | None]]:
    shown = (await city.get("needs", f"/needs/{made['id']}", HEAD)).json()["cases"]
    return [(part["case_id"], part["episode"], part["ended_at"]) for part in shown]


async def in_hand(city: City) -> dict[str, Any]:
    made = await asked(city)
    await judged(city, made)
    return made


async def test_what_is_part_of_an_open_case_is_resolved_only_when_the_case_has_ended(needs_alone: City) -> None:
    made, case = await in_hand(needs_alone), new_id()
    await hears(needs_alone, opened(case, made), at=TUESDAY)
    refused = await resolved(needs_alone, made)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:fuzhou:problem:case-still-open")
    assert await parts(needs_alone, made) == [(str(case), 1, None)]
    await hears(needs_alone, closed(case), at=THURSDAY)
    assert await parts(needs_alone, made) == [(str(case), 1, "2026-03-12T10:00:00+08:00")]
    assert (await resolved(needs_alone, made)).status_code == 200


async def test_the_refusal_says_in_chinese_what_to_do(needs_alone: City) -> None:
    made = await in_hand(needs_alone)
    await hears(needs_alone, opened(new_id(), made), at=TUESDAY)
    client = needs_alone.client("needs", HEAD, now=FRIDAY)
    headers = {"Idempotency-Key": str(new_id()), "Accept-Language": "zh-CN"}
    answer = await client.post(f"/needs/{made['id']}/resolve", json={"outcome": "met"}, headers=headers)
    assert "请先结案" in answer.json()["detail"]


async def test_a_later_need_that_joins_a_case_waits_for_it_too_and_others_do_not(needs_alone: City) -> None:
    first, second, other = [await in_hand(needs_alone) for _ in range(3)]
    case = new_id()
    await hears(needs_alone, opened(case, first), at=TUESDAY)
    await hears(needs_alone, joined(case, first), joined(case, second), at=WEDNESDAY)
    assert [len(await parts(needs_alone, each)) for each in (first, second, other)] == [1, 1, 0]
    assert (await resolved(needs_alone, second)).status_code == 409
    assert (await resolved(needs_alone, other)).status_code == 200
    await hears(needs_alone, closed(case), at=THURSDAY)
    assert (await resolved(needs_alone, second)).status_code == 200
    assert (await resolved(needs_alone, first)).status_code == 200


async def test_a_case_that_is_reopened_holds_what_has_not_ended_and_nothing_else(needs_alone: City) -> None:
    ended, running, case = await in_hand(needs_alone), await in_hand(needs_alone), new_id()
    await hears(needs_alone, opened(case, ended), joined(case, running), at=WEDNESDAY)
    await hears(needs_alone, closed(case), at=THURSDAY)
    assert (await resolved(needs_alone, ended)).status_code == 200
    await hears(needs_alone, reopened(case), at=FRIDAY)
    assert (await resolved(needs_alone, running)).status_code == 409
    assert (await parts(needs_alone, ended))[0][2] is not None


async def test_facts_that_are_heard_again_from_the_first_change_nothing(needs_alone: City) -> None:
    made, case = await in_hand(needs_alone), new_id()
    told = (opened(case, made), TUESDAY), (closed(case), THURSDAY), (reopened(case), FRIDAY)
    for _ in range(2):
        for fact, at in told:
            await hears(needs_alone, fact, at=at)
            if at == THURSDAY:
                first = await parts(needs_alone, made)
    assert first == await parts(needs_alone, made) == [(str(case), 1, None)], "closed says nothing after reopened"


async def test_only_the_episode_that_joined_waits(needs_alone: City) -> None:
    made, case = await in_hand(needs_alone), new_id()
    assert (await resolved(needs_alone, made)).status_code == 200
    await hears(needs_alone, joined(case, made), at=moment("03-16 11:00"))
    again = await needs_alone.post(
        "needs", f"/needs/{made['id']}/reopen", HEAD, {"reason": "came_back"}, now=moment("03-17 10:00")
    )
    assert again.status_code == 200
    done = await needs_alone.post(
        "needs", f"/needs/{made['id']}/resolve", HEAD, {"outcome": "met"}, now=moment("03-17 11:00")
    )
    assert done.status_code == 200


async def test_other_stations_see_no_part_of_it(needs_alone: City) -> None:
    made = await in_hand(needs_alone)
    await hears(needs_alone, opened(new_id(), made), at=TUESDAY)
    assert (await needs_alone.get("needs", f"/needs/{made['id']}", OTHER_HEAD)).status_code == 404


async def test_a_case_that_cases_opens_by_policy_holds_the_need(cluster: Cluster, folder: Path) -> None:
    async with running(cluster, folder, ("needs", "cases")) as city:
        await city.settle()
        made = await asked(city)
        await judged(city, made, category="counselling")
        await city.settle()
        ((case, episode, ended_at),) = await parts(city, made)
        assert (episode, ended_at) == (1, None)
        assert (await city.get("cases", f"/cases/{case}", HEAD)).json()["status"] == "open"
        assert (await resolved(city, made)).json()["type"] == "urn:fuzhou:problem:case-still-open"
