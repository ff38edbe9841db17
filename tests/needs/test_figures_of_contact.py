"""First contact is published with both its figures, and beside them with the one that three attempts stop."""

from typing import Any

import pytest

from services.needs.rules.figures import closed_by, seconds_until, within
from tests.city import City
from tests.needs.asking import TUESDAY, asked, clocks, moment
from tests.people import HEAD, WORKER

HOUR, DAY = 3600.0, 86400.0


async def figures(city: City, made: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await clocks(city, made))["first_contact"][-1]["figures"]
    return found


async def spoke(city: City, made: dict[str, Any], at: str, kind: str = "call", occurred: str | None = None) -> None:
    body = {"kind": kind} | ({"occurred_at": moment(occurred).isoformat()} if occurred else {})
    answer = await city.post("needs", f"/needs/{made['id']}/contacts", WORKER, body, now=moment(at))
    assert answer.status_code == 201, answer.text


async def paused(city: City, made: dict[str, Any], at: str, reason: str = "three_attempts") -> str:
    body = {"reason": reason, "proof": "三次电话未接，录音编号 0310-11"}
    answer = await city.post("needs", f"/needs/{made['id']}/pauses", HEAD, body, now=moment(at))
    assert answer.status_code == 201, answer.text
    id: str = answer.json()["id"]
    return id


async def tried(city: City, made: dict[str, Any]) -> None:
    for hour in (11, 12, 13):
        await spoke(city, made, f"03-10 {hour}:00", kind="attempt")


async def test_the_answer_to_a_new_need_says_the_same_as_reading_it(needs_alone: City) -> None:
    made = await asked(needs_alone)
    read = (await needs_alone.get("needs", f"/needs/{made['id']}", HEAD, now=TUESDAY)).json()
    assert made["clocks"] == read["clocks"]
    by_kind = {clock["kind"]: clock["figures"] for clock in made["clocks"]}
    assert by_kind["triage"] is None
    assert by_kind["first_contact"] == {
        "first_seconds": None, "corrected_seconds": None, "without_attempts_seconds": None,
        "without_attempts_due_at": "2026-03-13T10:00:00+08:00", "without_attempts_breached": False,
    }  # fmt: skip


async def test_a_contact_logged_after_a_breach_shows_both_figures(needs_alone: City) -> None:
    made = await asked(needs_alone)
    await spoke(needs_alone, made, "03-16 10:00", occurred="03-11 10:00")
    shown = await figures(needs_alone, made)
    assert (shown["first_seconds"], shown["corrected_seconds"]) == (6 * DAY, DAY)
    (clock,) = (await clocks(needs_alone, made))["first_contact"]
    assert (clock["breached_at"], clock["met_at"]) == ("2026-03-13T10:00:00+08:00", "2026-03-11T10:00:00+08:00")


async def test_three_attempts_stop_the_second_figure_alone(needs_alone: City) -> None:
    made = await asked(needs_alone)
    await tried(needs_alone, made)
    pause = await paused(needs_alone, made, "03-10 14:00")
    await needs_alone.post("needs", f"/needs/{made['id']}/pauses/{pause}/end", HEAD, {}, now=moment("03-12 14:00"))
    await spoke(needs_alone, made, "03-14 10:00")
    shown = await figures(needs_alone, made)
    assert (shown["corrected_seconds"], shown["without_attempts_seconds"]) == (4 * DAY, 2 * DAY)
    assert shown["without_attempts_due_at"] == "2026-03-15T10:00:00+08:00"
    (clock,) = (await clocks(needs_alone, made))["first_contact"]
    assert clock["breached_at"] == clock["due_at"] == "2026-03-13T10:00:00+08:00", "the headline ran on"
    assert shown["without_attempts_breached"] is False


async def test_a_contact_ends_the_attempts_pause_and_only_the_time_before_it_is_left_out(needs_alone: City) -> None:
    made = await asked(needs_alone)
    await tried(needs_alone, made)
    await paused(needs_alone, made, "03-10 14:00")
    await spoke(needs_alone, made, "03-12 10:00", occurred="03-10 16:00")
    shown = await figures(needs_alone, made)
    assert (shown["corrected_seconds"], shown["without_attempts_seconds"]) == (6 * HOUR, 4 * HOUR)


async def test_without_attempts_the_figures_are_one(needs_alone: City) -> None:
    made = await asked(needs_alone)
    await paused(needs_alone, made, "03-10 11:00", reason="resident_away")
    await spoke(needs_alone, made, "03-12 11:00")
    shown = await figures(needs_alone, made)
    assert shown["corrected_seconds"] == shown["without_attempts_seconds"] == shown["first_seconds"] == 2 * DAY + HOUR
    (clock,) = (await clocks(needs_alone, made))["first_contact"]
    assert shown["without_attempts_due_at"] == clock["due_at"] == "2026-03-15T10:00:00+08:00"


@pytest.mark.parametrize(("at", "is_breached"), [("03-14 10:00", False), ("03-15 11:00", True)])
async def test_while_nobody_is_reached_the_second_figure_breaks_later_than_the_headline(
    needs_alone: City, at: str, is_breached: bool
) -> None:
    made = await asked(needs_alone)
    await tried(needs_alone, made)
    pause = await paused(needs_alone, made, "03-10 14:00")
    await needs_alone.post("needs", f"/needs/{made['id']}/pauses/{pause}/end", HEAD, {}, now=moment("03-12 14:00"))
    read = (await needs_alone.get("needs", f"/needs/{made['id']}", HEAD, now=moment(at))).json()
    (shown,) = [clock["figures"] for clock in read["clocks"] if clock["kind"] == "first_contact"]
    assert shown["without_attempts_breached"] is is_breached


async def test_stretches_count_only_up_to_the_end_and_from_the_start() -> None:
    start, end = moment("03-10 10:00"), moment("03-11 10:00")
    stretches = closed_by([(moment("03-10 08:00"), moment("03-10 11:00")), (moment("03-11 09:00"), None)], end)
    assert within(stretches, start).total_seconds() == 2 * HOUR
    assert closed_by([(end, None)], end) == []
    assert (seconds_until(start, None), seconds_until(start, end)) == (None, DAY)
