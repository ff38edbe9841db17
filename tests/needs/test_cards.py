"""Cards: opened by the work, closed when it ends; every reading and every refusal is written down."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from shared.kit.ids import new_id
from shared.schemas.access import Role
from shared.schemas.facts.matching import OrderAccepted, OrderFailed, OrderRequested
from shared.schemas.vocabulary import FailureReason
from tests.city import City, Person
from tests.needs.matching_by_hand import MatchingByHand
from tests.people import HEAD, OPERATOR, OTHER_HEAD, STATION, TOWNSHIP, WORKER, need, person, triage

TUESDAY = datetime.fromisoformat("2026-03-10T10:00:00+08:00")
NUMBER = "361002195203070024"
OFFICER = Person.of(Role.PROVIDER_OFFICER, provider="civil_affairs")
STRANGER = Person.of(Role.PROVIDER_OFFICER, "stranger", provider="health")


@pytest.fixture(scope="module")
def matching(needs_alone: City) -> MatchingByHand:
    return MatchingByHand(needs_alone)


async def triaged(city: City, **told: Any) -> dict[str, Any]:
    body = need(resident=person(**told), consents_to_departments=True)
    made: dict[str, Any] = (await city.post("needs", "/needs", OPERATOR, body, now=TUESDAY)).json()
    await city.post("needs", f"/needs/{made['id']}/triage", HEAD, triage(), now=TUESDAY)
    return made


async def card(city: City, who: Person, **purpose: str) -> tuple[int, dict[str, Any]]:
    answer = await city.post("needs", "/residents/cards", who, purpose, now=TUESDAY + timedelta(hours=1))
    return answer.status_code, answer.json()


async def trail(city: City, purpose: str) -> list[tuple[str, str, list[str]]]:
    owner: asyncpg.Connection[asyncpg.Record] = await city.owner("needs")
    rows = await owner.fetch("SELECT * FROM audit_entry WHERE purpose = $1 ORDER BY number", purpose)
    await owner.close()
    return [(row["actor"], row["outcome"], row["fields"]) for row in rows]


async def test_before_an_order_is_accepted_there_is_no_card(needs_alone: City) -> None:
    assert (await card(needs_alone, OFFICER, order_id=str(uuid4())))[0] == 404


async def test_the_officer_who_accepted_reads_what_the_category_allows(
    needs_alone: City, matching: MatchingByHand
) -> None:
    made = await triaged(needs_alone)
    order = str(await matching.accepted(made, TUESDAY))
    status, body = await card(needs_alone, OFFICER, order_id=order)
    assert status == 200
    (shown,) = body["items"]
    # Meals need to know where and whom; not the number, not the words.
    assert set(shown["fields"]) == {"name", "sex", "age", "phones", "address", "division", "self_care"}
    assert (shown["fields"]["name"], shown["fields"]["phones"]) == ("王秀兰", ["13800000000"])
    assert (shown["fields"]["age"], shown["purpose"]) == (74, f"order:{order}")
    assert await trail(needs_alone, f"order:{order}") == [(OFFICER.subject, "read", sorted_fields(shown))]


def sorted_fields(shown: dict[str, Any]) -> list[str]:
    return list(shown["fields"])


async def test_another_departments_officer_reads_nothing_and_the_try_is_written_down(
    needs_alone: City, matching: MatchingByHand
) -> None:
    made = await triaged(needs_alone)
    order = str(await matching.accepted(made, TUESDAY))
    status, body = await card(needs_alone, STRANGER, order_id=order)
    assert status == 404
    assert "王" not in str(body)
    assert await trail(needs_alone, f"order:{order}") == [(STRANGER.subject, "refused", [])]


async def test_when_the_order_ends_the_card_closes(needs_alone: City, matching: MatchingByHand) -> None:
    made = await triaged(needs_alone)
    order = await matching.accepted(made, TUESDAY)
    assert (await card(needs_alone, OFFICER, order_id=str(order)))[0] == 200
    await matching.completed(order, made, TUESDAY)
    assert (await card(needs_alone, OFFICER, order_id=str(order)))[0] == 404
    assert [outcome for _, outcome, _ in await trail(needs_alone, f"order:{order}")] == ["read", "refused"]


async def test_the_card_closes_though_acceptance_and_end_are_heard_of_at_once(
    needs_alone: City, matching: MatchingByHand
) -> None:
    made = await triaged(needs_alone)
    order, need_id, provider = new_id(), UUID(made["id"]), "civil_affairs"
    requested = OrderRequested(
        order_id=order, reference="GD260310-000000-1", need_id=need_id, resident_id=UUID(made["resident_id"]),
        resource_id=new_id(), provider=provider, station_id=STATION, division=TOWNSHIP, category="meals", quantity=1,
        due_at=TUESDAY,
    )  # fmt: skip
    accepted = OrderAccepted(
        order_id=order, need_id=need_id, resident_id=UUID(made["resident_id"]), provider=provider, category="meals",
        accepted_at=TUESDAY,
    )  # fmt: skip
    failed = OrderFailed(order_id=order, need_id=need_id, provider=provider, reason=FailureReason.RETURNED)
    await matching.say(requested, accepted, failed, at=TUESDAY)
    assert (await card(needs_alone, OFFICER, order_id=str(order)))[0] == 404


async def test_when_the_need_ends_the_card_closes_though_the_order_is_not_heard_of_yet(
    needs_alone: City, matching: MatchingByHand
) -> None:
    made = await triaged(needs_alone)
    order = str(await matching.accepted(made, TUESDAY))
    await needs_alone.post("needs", f"/needs/{made['id']}/withdraw", HEAD, {}, now=TUESDAY)
    assert (await card(needs_alone, OFFICER, order_id=order))[0] == 404


async def test_the_station_reads_the_whole_card_of_its_running_need(needs_alone: City) -> None:
    made = await triaged(needs_alone, number=NUMBER, name="示例持号人", phones=[])
    status, body = await card(needs_alone, WORKER, need_id=made["id"])
    assert status == 200
    shown = body["items"][0]["fields"]
    assert (shown["resident_number"], shown["name"], shown["words"]) == (NUMBER, "示例持号人", need()["words"])
    assert (await card(needs_alone, OTHER_HEAD, need_id=made["id"]))[0] == 404
    outcomes = [(actor, outcome) for actor, outcome, _ in await trail(needs_alone, f"need:{made['id']}")]
    assert outcomes == [(WORKER.subject, "read"), (OTHER_HEAD.subject, "refused")]


async def test_a_need_as_purpose_opens_nothing_to_a_department(needs_alone: City, matching: MatchingByHand) -> None:
    made = await triaged(needs_alone)
    await matching.accepted(made, TUESDAY)
    assert (await card(needs_alone, OFFICER, need_id=made["id"]))[0] == 404


async def test_one_purpose_is_named_and_not_two(needs_alone: City) -> None:
    assert (await card(needs_alone, OFFICER))[0] == 422
    assert (await card(needs_alone, OFFICER, need_id=str(uuid4()), order_id=str(uuid4())))[0] == 422


async def test_more_refusals_at_once_than_connections_are_all_answered_and_all_written_down(needs_alone: City) -> None:
    orders = [str(uuid4()) for _ in range(20)]
    answers = await asyncio.gather(*(card(needs_alone, OFFICER, order_id=order) for order in orders))
    assert {status for status, _ in answers} == {404}
    for order in orders:
        assert await trail(needs_alone, f"order:{order}") == [(OFFICER.subject, "refused", [])]


async def test_acceptance_starts_the_need_and_the_orders_start_is_the_first_contact(
    needs_alone: City, matching: MatchingByHand
) -> None:
    made = await triaged(needs_alone)
    order = await matching.accepted(made, TUESDAY + timedelta(hours=2))
    await matching.started(order, made, TUESDAY + timedelta(hours=3))
    read = (await needs_alone.get("needs", f"/needs/{made['id']}", HEAD)).json()
    met = {clock["kind"]: clock["met_at"] for clock in read["clocks"]}
    assert read["status"] == "in_service"
    assert met == {
        "triage": "2026-03-10T10:00:00+08:00", "station_response": "2026-03-10T12:00:00+08:00",
        "first_contact": "2026-03-10T13:00:00+08:00", "need_met": "2026-03-10T13:00:00+08:00",
    }  # fmt: skip


async def test_a_need_is_not_resolved_while_an_order_runs(needs_alone: City, matching: MatchingByHand) -> None:
    made = await triaged(needs_alone)
    order = await matching.accepted(made, TUESDAY)
    path, body = f"/needs/{made['id']}/resolve", {"outcome": "met"}
    refused = await needs_alone.post("needs", path, HEAD, body, now=TUESDAY)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:fuzhou:problem:orders-still-open")
    await matching.completed(UUID(str(order)), made, TUESDAY)
    assert (await needs_alone.post("needs", path, HEAD, body, now=TUESDAY)).status_code == 200
