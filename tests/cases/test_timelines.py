"""What happened elsewhere for a case's needs stands on its timeline, and that nothing asks for it any more does too."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.cases.rules.plans import moments_without_need
from shared.schemas.facts.needs import NeedReopened
from shared.schemas.vocabulary import ReopenReason, Urgency
from tests.cases.people import TUESDAY, announced, arrived, done, hear, opened, read
from tests.city import City
from tests.people import HEAD, STATION, TOWNSHIP, WORKER

REFERRED = {"kind": "medical", "to": "抚州市第三医院心理门诊，已电话交接"}


async def entries(city: City, case: str) -> list[str]:
    answer = await city.get("cases", f"/cases/{case}/timeline", WORKER)
    return [item["fact"] for item in answer.json()["items"]]


async def at_needs(city: City, need: str, verb: str, body: Any = None, *, minutes: int = 1) -> None:
    now = TUESDAY + timedelta(minutes=minutes)
    await done(city, f"/needs/{need}/{verb}", HEAD, body, service="needs", now=now)
    await city.settle()


@pytest.mark.parametrize(
    ("verb", "body", "fact"),
    [("withdraw", None, "needs.need_withdrawn.v1"), ("refer", REFERRED, "needs.need_referred_out.v1")],
)
async def test_a_case_whose_only_need_has_gone_says_so_and_stays_open(
    working: City, verb: str, body: Any, fact: str
) -> None:
    case = await opened(working)
    await at_needs(working, case["need_id"], verb, body)
    assert (await entries(working, case["id"]))[-2:] == [fact, "cases.nothing_asked"]
    found = await read(working, case["id"])
    assert (found["status"], found["worker_id"]) == ("open", case["worker_id"])
    assert await announced(working, "case_closed", case["id"]) == []


async def test_a_case_with_another_need_goes_on_without_a_word(working: City) -> None:
    case = await opened(working)
    later = await arrived(working, resident=None, resident_id=case["resident_id"])
    await done(working, f"/cases/{case['id']}/needs", WORKER, {"need_id": later["id"]})
    await at_needs(working, case["need_id"], "withdraw")
    assert "cases.nothing_asked" not in await entries(working, case["id"])
    await at_needs(working, later["id"], "withdraw", minutes=2)
    assert (await entries(working, case["id"])).count("cases.nothing_asked") == 1


async def test_a_need_that_became_one_with_another_says_with_which(working: City) -> None:
    case = await opened(working)
    other = await arrived(working, resident=None, resident_id=case["resident_id"])
    await at_needs(working, case["need_id"], "join", {"need_id": other["id"]})
    answer = await working.get("cases", f"/cases/{case['id']}/timeline", WORKER)
    told = [item for item in answer.json()["items"] if item["fact"] == "needs.need_joined.v1"]
    assert [item["details"]["reason"] for item in told] == [other["id"]]


async def test_a_case_that_was_open_takes_the_next_episode_of_its_need(working: City) -> None:
    """By hand and of a category that policy does not name: what is reopened goes on where it was."""
    case = await opened(working)
    need = case["need_id"]
    again = NeedReopened(
        need_id=UUID(need), resident_id=UUID(case["resident_id"]), reference="N-1", reason=ReopenReason.CAME_BACK,
        category="meals", groups=(), urgency=Urgency.ROUTINE, division=TOWNSHIP, station_id=STATION, episode=2,
        reopened_at=TUESDAY + timedelta(days=9),
    )  # fmt: skip
    await hear(working, again)
    parts = [(part["need_id"], part["episode"]) for part in (await read(working, case["id"]))["needs"]]
    assert parts == [(need, 1), (need, 2)]
    told = [fact["episode"] for fact in await announced(working, "case_joined", case["id"])]
    assert told == [1, 2]
    assert "needs.need_reopened.v1" in await entries(working, case["id"])


def at(minute: int) -> datetime:
    return TUESDAY + timedelta(minutes=minute)


@pytest.mark.parametrize(
    ("parts", "endings", "expected"),
    [
        ([("a", 0)], [], []),
        ([("a", 0)], [("a", 5)], [5]),
        ([("a", 0), ("b", 0)], [("a", 5)], []),
        ([("a", 0), ("b", 0)], [("a", 5), ("b", 7)], [7]),
        ([("a", 0), ("b", 6)], [("a", 5)], [5]),
        ([("a", 0), ("b", 6)], [("a", 5), ("b", 9)], [5, 9]),
        ([("a", 0), ("a", 6)], [("a", 5)], [5]),
        ([("a", 6)], [("a", 5)], []),
    ],
    ids=[
        "asked", "gone", "one of two gone", "both gone", "another joined later", "both gone later", "asks again",
        "gone before it joined",
    ],
)  # fmt: skip
def test_when_nothing_asks_for_a_case(
    parts: list[tuple[str, int]], endings: list[tuple[str, int]], expected: list[int]
) -> None:
    found = moments_without_need([(need, at(m)) for need, m in parts], [(need, at(m)) for need, m in endings])
    assert found == [at(minute) for minute in expected]
