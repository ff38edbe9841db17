"""Consent and its lawful stand-ins: recorded, told in codes, kept as they were given."""

from datetime import timedelta

import pytest

from tests.city import City
from tests.needs.asking import TUESDAY, asked
from tests.people import HEAD, OPERATOR, OTHER_HEAD, WORKER

OVERRIDE = {"reason": "danger_to_life", "evidence": "出警记录（示例）"}


async def said(city: City, resident: str) -> list[tuple[bool, str | None, str | None]]:
    owner = await city.owner("needs")
    rows = await owner.fetch(
        "SELECT (body->>'given')::bool AS given, body->>'override' AS override, body->>'need_id' AS need_id, body::text"
        " FROM fact WHERE subject = $1 AND name = 'needs.consent_changed.v1' ORDER BY sequence",
        resident,
    )
    await owner.close()
    assert not any("记录" in row["body"] for row in rows), "a fact carries codes, never evidence"
    return [(row["given"], row["override"], row["need_id"]) for row in rows]


async def test_consent_at_intake_is_on_record_with_how_it_was_given(needs_alone: City) -> None:
    made = await asked(needs_alone, consents_to_departments=True)
    resident = made["resident_id"]
    assert await said(needs_alone, resident) == [(True, None, None)]
    read = (await needs_alone.get("needs", f"/residents/{resident}/consents", HEAD)).json()["items"]
    assert [(row["given"], row["recorded_by"]) for row in read] == [(True, OPERATOR.subject)]


async def test_without_a_word_there_is_no_consent(needs_alone: City) -> None:
    assert await said(needs_alone, (await asked(needs_alone))["resident_id"]) == []


async def test_consent_is_taken_back_and_the_history_stays(needs_alone: City) -> None:
    resident = (await asked(needs_alone, consents_to_departments=True))["resident_id"]
    body = {"given": False, "evidence": "电话撤回（示例）"}
    later = TUESDAY + timedelta(hours=1)
    assert (await needs_alone.post("needs", f"/residents/{resident}/consents", WORKER, body, now=later)).is_success
    read = (await needs_alone.get("needs", f"/residents/{resident}/consents", HEAD)).json()["items"]
    assert [row["given"] for row in read] == [True, False]
    assert [given for given, _, _ in await said(needs_alone, resident)] == [True, False]


async def test_a_station_head_answers_for_an_override_and_it_is_for_one_need(needs_alone: City) -> None:
    made = await asked(needs_alone)
    path, body = f"/residents/{made['resident_id']}/overrides", OVERRIDE | {"need_id": made["id"]}
    assert (await needs_alone.post("needs", path, WORKER, body)).status_code == 403
    assert (await needs_alone.post("needs", path, OTHER_HEAD, body)).status_code == 404
    assert (await needs_alone.post("needs", path, HEAD, body)).status_code == 201
    assert await said(needs_alone, made["resident_id"]) == [(True, "danger_to_life", made["id"])]


async def test_an_override_for_another_persons_need_is_refused(needs_alone: City) -> None:
    mine, theirs = await asked(needs_alone), await asked(needs_alone)
    body = OVERRIDE | {"need_id": theirs["id"]}
    answer = await needs_alone.post("needs", f"/residents/{mine['resident_id']}/overrides", HEAD, body)
    assert answer.status_code == 404
    assert await said(needs_alone, mine["resident_id"]) == []


@pytest.mark.parametrize("change", [{"reason": "because"}, {"evidence": ""}, {"need_id": "x"}])
async def test_an_override_needs_a_lawful_reason_and_its_proof(needs_alone: City, change: dict[str, str]) -> None:
    made = await asked(needs_alone)
    body = OVERRIDE | {"need_id": made["id"]} | change
    assert (
        await needs_alone.post("needs", f"/residents/{made['resident_id']}/overrides", HEAD, body)
    ).status_code == 422
