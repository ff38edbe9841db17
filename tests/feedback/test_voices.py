"""Complaints are handled by others than those they are about, in time; suggestions are answered and counted."""

from typing import Any
from uuid import uuid4

import pytest

from shared.schemas.access import Grant, Role
from shared.schemas.facts.needs import NeedChanged
from shared.schemas.vocabulary import NeedStatus, Urgency
from tests.city import City, Person
from tests.feedback.asking import announced, ended, hear
from tests.needs.asking import moment
from tests.people import COUNTY, OPERATOR, STATION, TOWNSHIP

BEFORE_MAY_DAY = moment("04-28 10:00")
OTHER = Person(COUNTY.subject + "-2", COUNTY.grants)


@pytest.fixture(autouse=True)
async def informed(city: City) -> City:
    await city.settle()
    return city


async def lodged(city: City, **changes: Any) -> dict[str, Any]:
    body = {"words": "社工答应上门，三次都没有来。", "division": TOWNSHIP, "station_id": str(STATION)} | changes
    answer = await city.post("feedback", "/complaints", OPERATOR, body, now=BEFORE_MAY_DAY)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def assign(city: City, complaint: dict[str, Any], handler: str) -> int:
    path = f"/complaints/{complaint['id']}/assign"
    return (await city.post("feedback", path, COUNTY, {"handler": handler}, now=BEFORE_MAY_DAY)).status_code


async def settle(city: City, complaint: dict[str, Any], who: Person, at: str = "05-06 10:00") -> Any:
    body = {"outcome": "upheld", "answer": "已约谈社工站，本周内上门致歉。"}
    return await city.post("feedback", f"/complaints/{complaint['id']}/settle", who, body, now=moment(at))


async def test_the_deadline_runs_on_the_working_calendar(city: City) -> None:
    # 1 to 5 May are holidays, and 9 May is worked instead: fifteen working days end on 21 May.
    assert (await lodged(city))["due_at"] == "2026-05-21T10:00:00+08:00"


async def test_a_complaint_is_settled_by_its_handler_and_by_nobody_else(city: City) -> None:
    complaint = await lodged(city)
    assert (await settle(city, complaint, COUNTY)).status_code == 409
    assert await assign(city, complaint, COUNTY.subject) == 200
    assert (await settle(city, complaint, OTHER)).status_code == 409
    settled = await settle(city, complaint, COUNTY)
    assert (settled.status_code, settled.json()["is_late"]) == (200, False)
    (fact,) = await announced(city, complaint["id"], "complaint_settled")
    assert fact["outcome"] == "upheld"
    assert (await settle(city, complaint, COUNTY)).status_code == 409


async def test_whom_it_is_about_does_not_handle_it(city: City) -> None:
    about_account = await lodged(city, account="worker-7")
    assert await assign(city, about_account, "worker-7") == 409
    need = uuid4()
    changed = NeedChanged(
        need_id=need, status=NeedStatus.TRIAGED, division=TOWNSHIP, station_id=STATION, urgency=Urgency.ROUTINE,
        groups=(), assigned_to="worker-8",
    )  # fmt: skip
    await hear(city, changed)
    assert await assign(city, await lodged(city, need_id=str(need), station_id=None), "worker-8") == 409


async def test_whose_station_it_is_about_cannot_settle_it(city: City) -> None:
    head = Person("head-too", (*COUNTY.grants, Grant(role=Role.STATION_HEAD, stations=(str(STATION),))))
    complaint = await lodged(city)
    assert await assign(city, complaint, head.subject) == 200
    assert (await settle(city, complaint, head)).status_code == 409


async def test_what_has_no_outcome_by_its_deadline_is_marked_late(city: City) -> None:
    complaint = await lodged(city)
    await assign(city, complaint, COUNTY.subject)
    await city.let_time_pass(moment("05-21 10:01"))
    items = (await city.get("feedback", "/complaints?limit=200", COUNTY)).json()["items"]
    assert [item["is_late"] for item in items if item["id"] == complaint["id"]] == [True]
    (fact,) = await announced(city, complaint["id"], "complaint_overdue")
    assert (fact["division"], fact["is_assigned"], fact["due_at"][:10]) == (TOWNSHIP, True, "2026-05-21")
    assert (await settle(city, complaint, COUNTY, "05-22 10:00")).json()["is_late"] is True


async def test_the_words_of_a_complaint_are_read_with_an_entry_in_the_trail(city: City) -> None:
    complaint = await lodged(city)
    words = (await city.get("feedback", f"/complaints/{complaint['id']}/words", COUNTY)).json()["words"]
    assert "三次都没有来" in words
    owner = await city.owner("feedback")
    query = "SELECT count(*) FROM audit_entry WHERE subject::text = $1 AND act = 'read_complaint'"
    assert await owner.fetchval(query, complaint["id"]) == 1
    assert "三次" not in await owner.fetchval("SELECT string_agg(t::text, ' ') FROM complaint t")
    await owner.close()


async def test_complaints_are_counted_against_the_people_served_and_suggestions_by_what_became_of_them(
    city: City,
) -> None:
    august = moment("08-03 10:00")
    resident = uuid4()
    twice = [ended(at=august, resident_id=resident) for _ in range(2)]
    await hear(city, *twice, ended(at=august), ended(at=august, resident_id=None))
    body = {"words": "建议周末也开放助餐点。", "division": TOWNSHIP}
    for verb in (None, "answer", "adopt"):
        made = (await city.post("feedback", "/suggestions", OPERATOR, body, now=august)).json()
        if verb is not None:
            path = f"/suggestions/{made['id']}/{verb}"
            told = await city.post("feedback", path, COUNTY, {"answer": "下月起试行。"}, now=august)
            assert told.status_code == 200
            again = await city.post("feedback", path, COUNTY, {"answer": "再答一次。"}, now=august)
            assert again.status_code == 409
    complaint = {"words": "无人接听。", "division": TOWNSHIP}
    assert (await city.post("feedback", "/complaints", OPERATOR, complaint, now=august)).status_code == 201
    counted = (await city.get("feedback", "/figures?period=2026-08", COUNTY)).json()
    assert counted["per_person_served"] == {"numerator": 1, "denominator": 3, "rate": 0.3333}
    assert (counted["suggestions"], counted["answered"]["numerator"], counted["adopted"]["numerator"]) == (3, 2, 1)


async def test_a_place_that_does_not_exist_is_refused(city: City) -> None:
    body = {"words": "无人接听。", "division": "361999999"}
    assert (await city.post("feedback", "/complaints", OPERATOR, body)).status_code == 422
