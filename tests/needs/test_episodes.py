"""Episodes: reopened with clocks of their own, twice by themselves, then by the county; closed after the survey."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from shared.kit.ids import new_id
from shared.schemas.access import Role
from shared.schemas.facts.feedback import SurveyAnswered, SurveyClosed
from shared.schemas.vocabulary import ReopenReason, Solved, SurveyChannel
from tests.city import City, Person
from tests.needs.asking import TUESDAY, asked, clocks, happened, judged, moment
from tests.needs.speaking import hears
from tests.people import COUNTY, HEAD, OPERATOR, OTHER_HEAD, STATION, TOWNSHIP, WORKER

FRIDAY = moment("03-13 10:00")
MANAGER = Person.of(Role.COUNTY_MANAGER, divisions=("361002",))
OTHER_COUNTY = Person.of(Role.HEAD_STATION, "head_station-2", divisions=("361021",))


async def did(city: City, made: dict[str, Any], verb: str, body: Any, **options: Any) -> dict[str, Any]:
    by, now = options.pop("by", HEAD), options.pop("now", FRIDAY)
    answer = await city.post("needs", f"/needs/{made['id']}/{verb}", by, body, now=now)
    assert answer.is_success, answer.text
    read: dict[str, Any] = answer.json()
    return read


async def resolved(city: City) -> dict[str, Any]:
    made = await asked(city)
    await judged(city, made)
    await did(city, made, "contacts", {"kind": "call"}, now=moment("03-10 11:00"))
    return await did(city, made, "resolve", {"outcome": "partly"})


async def reopened(city: City, made: dict[str, Any], times: int) -> dict[str, Any]:
    for _ in range(times):
        made = await did(city, made, "reopen", {"reason": "came_back"})
        made = await did(city, made, "resolve", {"outcome": "partly"})
    return made


def answered(made: dict[str, Any], *, episode: int = 1, reopens: ReopenReason | None = None) -> SurveyAnswered:
    return SurveyAnswered(
        survey_id=new_id(), need_id=UUID(made["id"]), episode=episode, channel=SurveyChannel.LINK, responded=True,
        solved=Solved.NO, satisfaction=2, category="meals", division=TOWNSHIP, station_id=STATION, providers=(),
        answered_at=FRIDAY, reopens=reopens,
    )  # fmt: skip


def closed(made: dict[str, Any], *, episode: int = 1) -> SurveyClosed:
    return SurveyClosed(
        survey_id=new_id(), need_id=UUID(made["id"]), episode=episode, is_answered=False, closed_at=FRIDAY
    )


async def read(city: City, made: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await city.get("needs", f"/needs/{made['id']}", HEAD)).json()
    return found


async def test_reopening_begins_an_episode_with_clocks_of_its_own_and_leaves_the_old_ones(needs_alone: City) -> None:
    made = await resolved(needs_alone)
    before = {clock["id"]: clock for found in (await clocks(needs_alone, made)).values() for clock in found}
    again = await did(needs_alone, made, "reopen", {"reason": "came_back"})
    assert (again["status"], again["episode"], again["outcome"], again["reopen_reason"]) == (
        "triaged", 2, None, "came_back",
    )  # fmt: skip
    now_running = [clock for found in (await clocks(needs_alone, made)).values() for clock in found]
    assert [clock for clock in now_running if clock["episode"] == 1] == list(before.values())
    fresh = {clock["kind"]: clock for clock in now_running if clock["episode"] == 2}
    assert set(fresh) == {"station_response", "first_contact", "need_met"}
    assert {clock["started_at"] for clock in fresh.values()} == {FRIDAY.isoformat()}
    assert fresh["first_contact"]["due_at"] == "2026-03-16T10:00:00+08:00"
    (fact,) = await happened(needs_alone, made, "need_reopened")
    assert (fact["episode"], fact["reason"], fact["category"]) == (2, "came_back", "meals")


async def test_a_contact_counts_for_the_episode_in_which_it_took_place(needs_alone: City) -> None:
    made = await resolved(needs_alone)
    await did(needs_alone, made, "reopen", {"reason": "came_back"})
    early = {"kind": "visit", "occurred_at": moment("03-10 10:30").isoformat()}
    await did(needs_alone, made, "contacts", early, now=moment("03-13 11:00"))
    first, second = (await clocks(needs_alone, made))["first_contact"]
    assert (first["met_at"], second["met_at"]) == ("2026-03-10T10:30:00+08:00", None)
    await did(needs_alone, made, "contacts", {"kind": "call"}, now=moment("03-13 12:00"))
    assert (await clocks(needs_alone, made))["first_contact"][1]["met_at"] == "2026-03-13T12:00:00+08:00"


async def test_what_is_open_is_not_reopened(needs_alone: City) -> None:
    made = await asked(needs_alone)
    await judged(needs_alone, made)
    answer = await needs_alone.post("needs", f"/needs/{made['id']}/reopen", HEAD, {"reason": "came_back"}, now=FRIDAY)
    assert answer.status_code == 409
    assert (await read(needs_alone, made))["episode"] == 1


async def test_what_ended_is_not_judged_again_without_being_reopened(needs_alone: City) -> None:
    made = await resolved(needs_alone)
    body = {"category": "meals", "urgency": "urgent"}
    answer = await needs_alone.post("needs", f"/needs/{made['id']}/triage", HEAD, body, now=FRIDAY)
    assert answer.status_code == 409


@pytest.mark.parametrize("person", [HEAD, WORKER])
async def test_the_third_reopening_is_the_countys(needs_alone: City, person: Person) -> None:
    made = await reopened(needs_alone, await resolved(needs_alone), 2)
    path, body = f"/needs/{made['id']}/reopen", {"reason": "came_back"}
    answer = await needs_alone.post("needs", path, person, body, now=FRIDAY)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:fuzhou:problem:county-decides")
    assert (await needs_alone.post("needs", path, OTHER_COUNTY, body, now=FRIDAY)).status_code == 404
    assert (await did(needs_alone, made, "reopen", body, by=MANAGER))["episode"] == 4


async def test_only_the_county_decides_for_the_reason_that_it_decided(needs_alone: City) -> None:
    made = await resolved(needs_alone)
    path, body = f"/needs/{made['id']}/reopen", {"reason": "county_decided"}
    assert (await needs_alone.post("needs", path, HEAD, body, now=FRIDAY)).status_code == 409
    assert (await needs_alone.post("needs", path, OTHER_HEAD, body, now=FRIDAY)).status_code == 404
    assert (await did(needs_alone, made, "reopen", body, by=COUNTY))["episode"] == 2


async def test_a_survey_that_says_no_reopens_and_hearing_it_again_does_nothing(needs_alone: City) -> None:
    made = await resolved(needs_alone)
    fact = answered(made, reopens=ReopenReason.NOT_SOLVED)
    await hears(needs_alone, fact, fact, closed(made), at=FRIDAY)
    found = await read(needs_alone, made)
    assert (found["status"], found["episode"], found["reopen_reason"]) == ("triaged", 2, "not_solved")
    assert len(await happened(needs_alone, made, "need_reopened")) == 1


async def test_a_survey_without_a_wish_to_reopen_leaves_it_resolved_until_its_window_closes(needs_alone: City) -> None:
    made = await resolved(needs_alone)
    await hears(needs_alone, answered(made), at=FRIDAY)
    assert (await read(needs_alone, made))["status"] == "resolved"
    await hears(needs_alone, closed(made), closed(made), at=FRIDAY)
    assert (await read(needs_alone, made))["status"] == "closed"
    (fact,) = await happened(needs_alone, made, "need_closed")
    assert fact["episode"] == 1


async def test_the_third_no_waits_for_the_county(needs_alone: City) -> None:
    made = await reopened(needs_alone, await resolved(needs_alone), 2)
    await hears(needs_alone, answered(made, episode=3, reopens=ReopenReason.UNSATISFIED), at=FRIDAY)
    found = await read(needs_alone, made)
    assert (found["status"], found["episode"], found["awaits_county"]) == ("resolved", 3, True)
    items = (await needs_alone.get("needs", "/needs?awaits_county=true", COUNTY)).json()["items"]
    assert made["id"] in [item["id"] for item in items]
    again = await did(needs_alone, made, "reopen", {"reason": "county_decided"}, by=COUNTY)
    assert (again["episode"], again["awaits_county"]) == (4, False)


async def waiting_for_the_county(city: City) -> dict[str, Any]:
    made = await reopened(city, await resolved(city), 2)
    await hears(city, answered(made, episode=3, reopens=ReopenReason.UNSATISFIED), at=FRIDAY)
    return made


BECAUSE = "县级复核：三次送餐均已到位，诉求超出政策范围。"


async def test_the_countys_no_leaves_it_as_it_ended_tells_the_person_and_stands_on_the_timeline(
    needs_alone: City,
) -> None:
    made = await waiting_for_the_county(needs_alone)
    told = await did(needs_alone, made, "decline-reopening", {"because": BECAUSE}, by=MANAGER)
    assert (told["status"], told["episode"], told["awaits_county"]) == ("resolved", 3, False)
    (fact,) = await happened(needs_alone, made, "reopening_declined")
    assert (fact["episode"], fact["division"], BECAUSE in str(fact)) == (3, TOWNSHIP, False)
    timeline = (await needs_alone.get("needs", f"/needs/{made['id']}/timeline", HEAD)).json()["items"]
    assert timeline[-1]["fact"] == "needs.reopening_declined.v1"
    await needs_alone.house("needs").timers.fire_until(FRIDAY)
    messages = (await needs_alone.get("needs", "/messages?limit=200", OPERATOR)).json()["items"]
    assert len([each for each in messages if made["reference"] in each["text"] and "复核" in each["text"]]) == 1
    again = await needs_alone.post(
        "needs", f"/needs/{made['id']}/decline-reopening", MANAGER, {"because": BECAUSE}, now=FRIDAY
    )
    assert (again.status_code, again.json()["type"]) == (409, "urn:fuzhou:problem:not-before-the-county")


async def test_the_countys_reasons_are_sealed_and_read_with_an_entry_in_the_trail(needs_alone: City) -> None:
    made = await waiting_for_the_county(needs_alone)
    await did(needs_alone, made, "decline-reopening", {"because": BECAUSE}, by=COUNTY)
    owner = await needs_alone.owner("needs")
    for table in ("declined_reopening", "fact", "timer", "idempotency"):
        assert "三次送餐" not in (await owner.fetchval(f"SELECT string_agg(t::text, ' ') FROM {table} t") or "")
    before = await owner.fetchval("SELECT count(*) FROM audit_entry WHERE act = 'read_words'")
    words = (await needs_alone.get("needs", f"/needs/{made['id']}/words", WORKER)).json()
    assert words["declined_because"] == BECAUSE
    assert await owner.fetchval("SELECT count(*) FROM audit_entry WHERE act = 'read_words'") == before + 1
    await owner.close()


async def test_only_the_county_of_the_need_says_no_and_only_when_it_was_asked(needs_alone: City) -> None:
    made, body = await waiting_for_the_county(needs_alone), {"because": BECAUSE}
    path = f"/needs/{made['id']}/decline-reopening"
    for person, status in ((HEAD, 403), (WORKER, 403), (OTHER_COUNTY, 404)):
        assert (await needs_alone.post("needs", path, person, body, now=FRIDAY)).status_code == status
    unasked = await resolved(needs_alone)
    answer = await needs_alone.post("needs", f"/needs/{unasked['id']}/decline-reopening", COUNTY, body, now=FRIDAY)
    assert answer.status_code == 409
    # It may still think better of it: reopening stays the county's.
    await did(needs_alone, made, "decline-reopening", body, by=COUNTY)
    assert (await did(needs_alone, made, "reopen", {"reason": "county_decided"}, by=COUNTY))["episode"] == 4


async def test_a_crisis_that_is_reopened_is_told_to_the_people_on_duty(needs_alone: City) -> None:
    made = await asked(needs_alone)
    await judged(needs_alone, made, urgency="crisis")
    await did(needs_alone, made, "resolve", {"outcome": "partly"})
    await did(needs_alone, made, "reopen", {"reason": "came_back"})
    said: list[datetime] = [fact["said"] for fact in await happened(needs_alone, made, "crisis_raised")]
    assert said == [TUESDAY, FRIDAY]
