"""Somebody calls the hotline, and the words become a need."""

from datetime import datetime

from tests.city import City
from tests.people import HEAD, OPERATOR, OTHER_HEAD, STATION, WORKER, need, triage

TUESDAY = datetime.fromisoformat("2026-03-10T10:00:00+08:00")


async def test_a_callers_words_become_a_need_with_running_clocks(needs_alone: City) -> None:
    answer = await needs_alone.post("needs", "/needs", OPERATOR, need(), now=TUESDAY)
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert body["station_id"] == str(STATION)
    assert body["tracking_token"] is None
    due = {clock["kind"]: clock["due_at"] for clock in body["clocks"]}
    # Four working hours from ten are past the lunch break; three calendar days are three calendar days.
    assert due == {"triage": "2026-03-10T15:30:00+08:00", "first_contact": "2026-03-13T10:00:00+08:00"}


async def test_a_need_goes_from_words_to_an_outcome(needs_alone: City) -> None:
    id = (await needs_alone.post("needs", "/needs", OPERATOR, need(), now=TUESDAY)).json()["id"]
    triaged = await needs_alone.post("needs", f"/needs/{id}/triage", HEAD, triage(), now=TUESDAY)
    assert triaged.status_code == 200, triaged.text
    for act, body in (("contacts", {"kind": "call"}), ("start", {}), ("resolve", {"outcome": "met"})):
        answer = await needs_alone.post("needs", f"/needs/{id}/{act}", WORKER, body, now=TUESDAY)
        assert answer.is_success, answer.text
    read = (await needs_alone.get("needs", f"/needs/{id}", WORKER)).json()
    assert (read["status"], read["outcome"], read["due_at"]) == ("resolved", "met", None)
    facts = [
        entry["fact"] for entry in (await needs_alone.get("needs", f"/needs/{id}/timeline", WORKER)).json()["items"]
    ]
    assert facts == [
        "needs.need_registered.v1", "needs.need_triaged.v1", "needs.need_contacted.v1", "needs.need_started.v1",
        "needs.need_resolved.v1",
    ]  # fmt: skip


async def test_another_station_does_not_see_it(needs_alone: City) -> None:
    id = (await needs_alone.post("needs", "/needs", OPERATOR, need(), now=TUESDAY)).json()["id"]
    assert (await needs_alone.get("needs", f"/needs/{id}", OTHER_HEAD)).status_code == 404
    assert (await needs_alone.get("needs", f"/needs/{id}", HEAD)).status_code == 200
