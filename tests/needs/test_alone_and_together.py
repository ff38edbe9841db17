"""Intake works with every other service down; many hands on one need do not get in each other's way."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from shared.kit.peers import Peers
from tests.city import City
from tests.needs.asking import TUESDAY, asked, clocks, judged, moment
from tests.people import HEAD, OPERATOR, WORKER, need, person


@pytest.fixture
async def cut_off(needs_alone: City) -> AsyncIterator[City]:
    """Needs, with every call to any other service refused; identity's keys were fetched before."""
    await needs_alone.get("needs", "/needs", HEAD)

    async def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody there", request=request)

    reached = needs_alone.network.handle_async_request
    needs_alone.network.handle_async_request = refuse  # type: ignore[method-assign]
    yield needs_alone
    needs_alone.network.handle_async_request = reached  # type: ignore[method-assign]


async def test_with_every_other_service_down_a_need_goes_its_whole_way(cut_off: City) -> None:
    made = await asked(cut_off, consents_to_departments=True, resident=person(phones=[{"number": "13700000099"}]))
    await judged(cut_off, made)
    for act, body in (("contacts", {"kind": "call"}), ("start", {}), ("resolve", {"outcome": "met"})):
        assert (await cut_off.post("needs", f"/needs/{made['id']}/{act}", WORKER, body, now=TUESDAY)).is_success
    assert await cut_off.let_time_pass(TUESDAY) >= 1
    texts = (await cut_off.get("needs", "/messages", OPERATOR)).json()["items"]
    assert "13700000099" in {text["phone"] for text in texts}


async def test_a_publisher_that_is_down_is_trouble_of_its_listener_and_of_nobody_else(cut_off: City) -> None:
    (listener,) = (each for each in cut_off.house("needs").listeners if each.publisher == "matching")
    with pytest.raises(httpx.ConnectError):
        await listener.step()
    ready = await cut_off.client("needs").get("http://door/needs/health/ready")
    assert (ready.status_code, ready.json()) == (200, {"status": "ok"})


async def test_a_publisher_that_does_not_exist_yet_is_waited_for_without_trouble(
    needs_alone: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.kit.peers.NOT_THERE_SECONDS", 0.01)
    (listener,) = (each for each in needs_alone.house("needs").listeners if each.publisher == "feedback")
    listener.fetch = Peers("needs", needs_alone.house("needs").settings.model_copy(update={"peers": {}})).feed_of(
        "feedback"
    )
    assert await listener.step() == 0


async def test_twenty_hands_on_one_need_and_its_timers_lose_nothing(needs_alone: City) -> None:
    made = await asked(needs_alone)
    path, late = f"/needs/{made['id']}", moment("03-13 11:00")

    async def speak(minute: int) -> int:
        body = {"kind": "call", "occurred_at": (TUESDAY + timedelta(minutes=minute)).isoformat()}
        return (await needs_alone.post("needs", f"{path}/contacts", WORKER, body, now=late)).status_code

    async def look() -> int:
        return (await needs_alone.get("needs", path, HEAD)).status_code

    outcomes = await asyncio.gather(
        *(speak(minute) for minute in range(1, 21)), *(look() for _ in range(10)), needs_alone.let_time_pass(late)
    )
    assert set(outcomes[:-1]) == {200, 201}
    owner = await needs_alone.owner("needs")
    query = "SELECT array_agg(sequence ORDER BY sequence) AS s, count(*) AS n FROM fact WHERE subject = $1"
    row = await owner.fetchrow(query, made["id"])
    assert row is not None
    assert row["s"] == list(range(1, row["n"] + 1))
    assert await owner.fetchval("SELECT count(*) FROM contact WHERE need_id::text = $1", made["id"]) == 20
    assert await owner.fetchval("SELECT count(*) FROM timer WHERE attempts > 0") == 0
    await owner.close()
    (clock,) = (await clocks(needs_alone, made))["first_contact"]
    assert clock["met_at"] == "2026-03-10T10:01:00+08:00", "the earliest counts, whoever was first to write it down"


async def test_of_many_who_resolve_at_once_one_does_and_the_others_are_told(needs_alone: City) -> None:
    made = await asked(needs_alone)
    await judged(needs_alone, made)
    path = f"/needs/{made['id']}/resolve"
    answers = await asyncio.gather(*(needs_alone.post("needs", path, HEAD, {"outcome": "met"}) for _ in range(15)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 14


async def test_of_many_edits_of_one_version_one_wins(needs_alone: City) -> None:
    made = await asked(needs_alone)
    edit = {"words": "改过的话", "division": made["division"], "groups": []}
    answers = await asyncio.gather(
        *(
            needs_alone.put("needs", f"/needs/{made['id']}", HEAD, edit | {"words": f"改 {n}"}, version=1)
            for n in range(15)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 14
    won = next(number for number, answer in enumerate(answers) if answer.is_success)
    words = (await needs_alone.get("needs", f"/needs/{made['id']}/words", WORKER)).json()["words"]
    assert words == f"改 {won}"


async def test_of_many_who_open_a_file_for_one_number_one_does(needs_alone: City) -> None:
    told = person(number="361002195203070024", phones=[])
    answers = await asyncio.gather(
        *(needs_alone.post("needs", "/needs", OPERATOR, need(resident=told), now=TUESDAY) for _ in range(10))
    )
    registered = [answer.json()["resident_id"] for answer in answers if answer.status_code == 201]
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len(set(registered)) == 1
    again = await needs_alone.post("needs", "/needs", OPERATOR, need(resident=told), now=TUESDAY)
    assert again.json()["resident_id"] == registered[0]


async def test_a_cell_moved_to_another_persons_row_is_not_shown_as_theirs(needs_alone: City) -> None:
    one, two = [await asked(needs_alone, resident=person(name=name, phones=[])) for name in ("示例甲甲", "示例乙乙")]
    owner = await needs_alone.owner("needs")
    await owner.execute(
        "UPDATE resident SET name_sealed = (SELECT name_sealed FROM resident WHERE id::text = $1) WHERE id::text = $2",
        one["resident_id"], two["resident_id"],
    )  # fmt: skip
    await owner.close()
    answer = await needs_alone.get("needs", f"/residents/{two['resident_id']}?purpose=casework", HEAD)
    assert answer.status_code == 500
    assert "示例" not in answer.text
