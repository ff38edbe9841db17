"""Judged again as another category: its own target from the same start, and the old promise stays as it was."""

from typing import Any

from tests.city import City
from tests.needs.asking import TUESDAY, asked, clocks, happened, judged, moment
from tests.people import HEAD, OPERATOR, OTHER_STATION, WORKER

WEDNESDAY = moment("03-11 10:00")
TIMES = ("id", "started_at", "due_at", "met_at", "first_met_at", "breached_at")


async def promises(city: City, made: dict[str, Any]) -> list[dict[str, Any]]:
    return (await clocks(city, made))["need_met"]


async def test_the_new_categorys_target_runs_from_registration_and_the_old_row_stays(needs_alone: City) -> None:
    made = await asked(needs_alone)
    await judged(needs_alone, made, category="meals")
    (before,) = await promises(needs_alone, made)
    await judged(needs_alone, made, category="counselling", now=WEDNESDAY)
    old, new = sorted(await promises(needs_alone, made), key=lambda clock: clock["superseded_by"] is None)
    assert [old[name] for name in TIMES] == [before[name] for name in TIMES]
    assert (old["superseded_by"], old["stopped_at"]) == (new["id"], WEDNESDAY.isoformat())
    # Meals within three working days, counselling within five, both from Tuesday.
    assert (old["due_at"], new["due_at"]) == ("2026-03-13T10:00:00+08:00", "2026-03-17T10:00:00+08:00")
    assert (new["started_at"], new["met_at"]) == (TUESDAY.isoformat(), None)


async def test_only_the_new_one_is_told_about_and_met(needs_alone: City) -> None:
    made = await asked(needs_alone)
    await judged(needs_alone, made, category="meals")
    await judged(needs_alone, made, category="counselling", now=WEDNESDAY)
    await needs_alone.let_time_pass(moment("03-16 17:00"))
    assert [fact for fact in await happened(needs_alone, made, "clock_breached") if fact["kind"] == "need_met"] == []
    await needs_alone.post("needs", f"/needs/{made['id']}/start", WORKER, {}, now=moment("03-16 17:00"))
    found = {clock["superseded_by"] is None: clock["met_at"] for clock in await promises(needs_alone, made)}
    assert found == {True: "2026-03-16T17:00:00+08:00", False: None}


async def test_what_was_met_already_is_never_rewritten_and_nothing_runs_anew(needs_alone: City) -> None:
    made = await asked(needs_alone)
    await judged(needs_alone, made, category="meals")
    await needs_alone.post("needs", f"/needs/{made['id']}/start", WORKER, {}, now=TUESDAY)
    before = await promises(needs_alone, made)
    # Once served it is judged again only to raise it.
    await judged(needs_alone, made, category="counselling", urgency="urgent", now=WEDNESDAY)
    assert await promises(needs_alone, made) == before


async def test_the_same_category_again_leaves_the_promise_alone(needs_alone: City) -> None:
    made = await asked(needs_alone)
    await judged(needs_alone, made)
    before = await promises(needs_alone, made)
    await judged(needs_alone, made, groups=["elderly", "disabled"], now=WEDNESDAY)
    assert await promises(needs_alone, made) == before


async def test_the_new_promise_stands_still_with_the_old_ones_pause(needs_alone: City) -> None:
    made = await asked(needs_alone)
    await judged(needs_alone, made, category="meals")
    body = {"reason": "resident_papers", "proof": "通话记录编号 0310-09"}
    path = f"/needs/{made['id']}/pauses"
    pause = (await needs_alone.post("needs", path, HEAD, body, now=moment("03-10 11:00"))).json()
    await judged(needs_alone, made, category="counselling", now=WEDNESDAY)
    await needs_alone.post("needs", f"{path}/{pause['id']}/end", HEAD, {}, now=moment("03-12 11:00"))
    (new,) = [clock for clock in await promises(needs_alone, made) if clock["superseded_by"] is None]
    assert new["due_at"] == "2026-03-19T10:00:00+08:00", "two working days later"


async def test_a_rise_together_with_another_category_keeps_both_promises(needs_alone: City) -> None:
    made = await asked(needs_alone)
    await judged(needs_alone, made, category="meals")
    await judged(needs_alone, made, category="counselling", urgency="urgent", now=WEDNESDAY)
    running = [clock for clock in await promises(needs_alone, made) if clock["stopped_at"] is None]
    assert [(clock["urgency"], clock["started_at"], clock["due_at"]) for clock in running] == [
        ("routine", TUESDAY.isoformat(), "2026-03-17T10:00:00+08:00"),
        ("urgent", WEDNESDAY.isoformat(), "2026-03-12T10:00:00+08:00"),
    ]


async def test_the_new_promise_goes_to_the_station_that_has_the_need_now(needs_alone: City) -> None:
    made = await asked(needs_alone)
    await judged(needs_alone, made, category="meals")
    await judged(needs_alone, made, by=OPERATOR, category="counselling", station_id=str(OTHER_STATION), now=WEDNESDAY)
    owner = await needs_alone.owner("needs")
    query = "SELECT DISTINCT station_id FROM clock WHERE need_id::text = $1"
    assert [row["station_id"] for row in await owner.fetch(query, made["id"])] == [OTHER_STATION]
    await owner.close()
