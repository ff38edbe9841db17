"""Input at the edge of what a database can hold is refused as sent; it is no fault of ours, and never a 500."""

import json

import pytest

from tests.city import City
from tests.needs.asking import TUESDAY, asked
from tests.people import ADMINISTRATOR, HEAD, WORKER, need, person, triage

FIRST, LAST = "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"


@pytest.mark.parametrize(
    "query",
    [
        {"assigned_to": "\x00"}, {"due_before": FIRST}, {"due_before": LAST}, {"registered_from": FIRST},
        {"registered_before": LAST}, {"category": "\x00"}, {"overdue": "\x00"}, {"division": "36１０"}, {"limit": "0"},
        {"limit": "9" * 40}, {"after": "\x00"}, {"status": "\x00"}, {"station_id": "\x00"},
    ],
)  # fmt: skip
async def test_a_queue_asked_for_with_odd_values_is_answered_or_refused(
    needs_alone: City, query: dict[str, str]
) -> None:
    answer = await needs_alone.client("needs", HEAD).get("/needs", params=query)
    assert answer.status_code in (200, 422), answer.text


async def test_a_purpose_that_can_not_be_written_down_is_refused(needs_alone: City) -> None:
    made = await asked(needs_alone)
    client = needs_alone.client("needs", HEAD)
    answer = await client.get(f"/residents/{made['resident_id']}", params={"purpose": "a\x00b"})
    assert answer.status_code == 422


@pytest.mark.parametrize("occurred", [FIRST, LAST])
async def test_a_contact_at_the_end_of_the_calendar_is_refused(needs_alone: City, occurred: str) -> None:
    made = await asked(needs_alone)
    body = {"kind": "call", "occurred_at": occurred}
    answer = await needs_alone.post("needs", f"/needs/{made['id']}/contacts", WORKER, body, now=TUESDAY)
    assert answer.status_code == 422


@pytest.mark.parametrize("words", ["\x00", "\ud800", "𠮷" * 4000, "\u202e", "\ufeff"])
async def test_whatever_was_said_is_kept_or_refused(needs_alone: City, words: str) -> None:
    body = json.dumps(need(words=words)).encode()
    headers = {"Idempotency-Key": f"odd-{len(words)}-{ord(words[0])}", "Content-Type": "application/json"}
    client = needs_alone.client("needs", WORKER)
    answer = await client.post("/needs", content=body, headers=headers)
    assert answer.status_code in (201, 400, 422), answer.text


@pytest.mark.parametrize(
    "told",
    [
        {"birth_date": "0001-01-01"}, {"name": "\x00"}, {"address": "a\x00b"},
        {"codes": {"disability_level": 2**40}}, {"codes": {"age": -1}}, {"codes": {"groups": ["\x00"]}},
    ],
)  # fmt: skip
async def test_a_person_told_oddly_is_kept_or_refused(needs_alone: City, told: dict[str, object]) -> None:
    answer = await needs_alone.post("needs", "/needs", WORKER, need(resident=person(**told)), now=TUESDAY)
    assert answer.status_code in (201, 422), answer.text


async def test_a_birth_date_in_the_future_is_refused(needs_alone: City) -> None:
    for born in ("2026-03-11", "9999-12-31"):
        told = person(birth_date=born)
        answer = await needs_alone.post("needs", "/needs", WORKER, need(resident=told), now=TUESDAY)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "#/resident/birth_date", "where it stands in what was sent"


async def test_a_reference_row_that_can_not_be_stored_is_refused(needs_alone: City) -> None:
    body = {"date": "2026-08-01", "is_workday": False, "name_zh": "a\x00b", "name_en": "x"}
    form = {"valid_from": "2024-01-01", "source": "x\x00y", "body": body}
    answer = await needs_alone.put("needs", "/reference/calendar_day/2026-08-01", ADMINISTRATOR, form, version=0)
    assert answer.status_code == 422


async def test_a_category_that_nobody_knows_is_refused(needs_alone: City) -> None:
    made = await asked(needs_alone)
    answer = await needs_alone.post("needs", f"/needs/{made['id']}/triage", HEAD, triage(category="\x00"))
    assert answer.status_code == 422
