"""What happened is what is counted: one need met by a department, one by the station, one that nobody answered."""

from datetime import datetime
from typing import Any

import pytest

from shared.kit.feed.listening import rewind
from tests.city import City
from tests.insights.looking import CITY_MANAGER, COUNTY_MANAGER, MARCH, OTHER_MANAGER, figure_of, kept, read
from tests.matching.people import FIRST, act, officer, ordered, publish, system, triaged
from tests.people import HEAD, STATION, TOWNSHIP, WORKER, person


def at(written: str) -> datetime:
    return datetime.fromisoformat(f"2026-{written}:00+08:00")


LATE = at("03-31T12:00")


@pytest.fixture(scope="module")
async def march(counted: City) -> City:
    """Three needs on the tenth of March. The first: a call after one day, a department begins after two and is done.
    The second: the station began after six hours; its call was written down on the fifteenth, four days late.
    The third: nobody spoke with them.
    """
    city, asked = counted, at("03-10T10:00")
    meals = await publish(city, FIRST, "meals")
    package = {"resource_id": meals["id"], "station_id": str(STATION), "quarter": "2026Q1", "quota": 5}
    assert (await city.post("matching", "/packages", system(FIRST), package, now=asked)).is_success
    first = await triaged(city, now=asked)
    order = await ordered(city, first, meals["id"], quantity=3, now=asked)
    await _done(city, f"/needs/{first}/contacts", {"kind": "call"}, now=at("03-11T10:00"))
    taken = officer(FIRST)
    for verb, body, moment in (
        ("accept", {}, "03-10T16:00"), ("start", {}, "03-12T10:00"), ("complete", {"used": 2}, "03-12T12:00"),
    ):  # fmt: skip
        assert (await act(city, order["id"], verb, taken, body, now=at(moment))).is_success
        await city.settle()
    await _done(city, f"/needs/{first}/resolve", {"outcome": "met"}, now=at("03-13T10:00"))
    second = await triaged(city, now=asked, resident=person(name="李示例", phones=[]))
    await _done(city, f"/needs/{second}/start", {}, now=at("03-10T16:00"))
    spoke = {"kind": "visit", "occurred_at": at("03-11T22:00").isoformat()}
    await _done(city, f"/needs/{second}/contacts", spoke, now=at("03-15T10:00"))
    await triaged(city, now=asked, resident=person(name="周示例", phones=[]))
    await city.settle()
    return city


async def _done(city: City, path: str, body: Any, *, now: datetime) -> None:
    answer = await city.post("needs", path, WORKER if "contacts" in path else HEAD, body, now=now)
    assert answer.is_success, answer.text


async def test_response_times_are_exactly_what_happened(march: City) -> None:
    answer = await read(march, "/response-times", **MARCH, now=LATE)
    (row,) = answer["rows"]
    assert row["asked"] == 3
    assert row["first_contact"] == {
        "count": 2, "mean_days": 1.25, "median_days": 1.25, "p90_days": 1.45, "within_target": 2, "overdue": 1,
        "share_within_target": pytest.approx(2 / 3),
    }  # fmt: skip
    assert row["provider_start"]["count"] == 1
    assert row["provider_start"]["mean_days"] == 2.0


async def test_the_first_figure_stays_beside_the_corrected_one(march: City) -> None:
    (row,) = (await read(march, "/response-times", **MARCH, now=LATE))["rows"]
    known = row["first_contact_known"]
    assert (known["count"], known["mean_days"], known["within_target"]) == (2, 3.0, 1)


async def test_the_plans_seven_and_three_days_stand_beside_with_their_clauses(march: City) -> None:
    targets = (await read(march, "/response-times", **MARCH, now=LATE))["targets"]
    said = {(row["kind"], row["clause"]): row["value"] for row in targets}
    assert said == {("baseline", "5.4"): 7, ("baseline", "9.1"): 7, ("target", "5.4"): 3}
    assert all(row["source"] for row in targets)


async def test_kinds_are_told_apart_as_wished(march: City) -> None:
    wished = ["month", "township", "category", "urgency"]
    (row,) = (await read(march, "/response-times", **MARCH, by=wished, now=LATE))["rows"]
    told = (row["month"], row["division"], row["category"], row["urgency"])
    assert told == ("2026-03", TOWNSHIP, "meals", "routine")
    none = await read(march, "/response-times", month_from="2026-02", month_to="2026-02", now=LATE)
    assert [(row["asked"], row["first_contact"]["mean_days"]) for row in none["rows"]] == [(0, None)]
    urgent = await read(march, "/response-times", **MARCH, urgency="urgent", now=LATE)
    assert urgent["rows"][0]["asked"] == 0


async def test_indicators_say_what_is_counted_over_what(march: City) -> None:
    completion = await figure_of(march, "completion", **MARCH, now=LATE)
    assert (completion["numerator"], completion["denominator"], completion["unit"]) == (1, 3, "share")
    assert [(row["phase"], row["clause"], row["value"]) for row in completion["targets"]] == [
        ("before 2023", "7.4", 0.75), ("2023", "7.4", 0.92),
    ]  # fmt: skip
    response = await figure_of(march, "response_time", **MARCH, now=LATE)
    assert (response["value"], response["better"]) == (1.25, "lower")
    groups = await figure_of(march, "special_groups_coverage", **MARCH, now=LATE)
    assert (groups["numerator"], groups["denominator"]) == (2, 3)


async def test_what_nobody_was_asked_about_has_no_value(march: City) -> None:
    satisfaction = await figure_of(march, "satisfaction", **MARCH, now=LATE)
    assert (satisfaction["numerator"], satisfaction["denominator"], satisfaction["value"]) == (None, None, None)
    assert "评价反馈" in satisfaction["unknown"]["zh"], "nothing was heard of feedback"


async def test_the_lists_show_what_waits_and_what_reaches_it(march: City) -> None:
    lines = (await read(march, "/lists", **MARCH, division=TOWNSHIP, now=LATE))["lines"]
    (meals,) = [line for line in lines if line["category"] == "meals"]
    assert (meals["asked"], meals["open"], meals["resources"], meals["capacity_left"]) == (3, 1, 1, 18)
    assert (meals["gap"], meals["surplus"], meals["services"]) == (0, 17, None)


async def test_packages_are_shown_as_owed_handed_out_and_used(march: City) -> None:
    answer = await read(march, "/packages", quarter="2026Q1", division=TOWNSHIP)
    (line,) = [line for line in answer["lines"] if line["provider"] == FIRST]
    assert (line["due"], line["stations"], line["granted"], line["used"]) == (1, 1, 5, 2)
    assert len(answer["lines"]) >= 8, "a department that handed out nothing is shown too"


async def test_the_map_shows_the_same_figure_where_it_happened(march: City) -> None:
    for level, code in (("county", TOWNSHIP[:6]), ("township", TOWNSHIP)):
        shown = await read(march, "/heatmap", layer="response_p90", level=level, month="2026-03")
        (place,) = [row for row in shown["features"] if row["id"] == code]
        assert (place["properties"]["value"], place["properties"]["shown_from"]) == (1.45, "own")


async def test_another_county_counts_nothing_of_it_and_the_city_all(march: City) -> None:
    (theirs,) = (await read(march, "/response-times", OTHER_MANAGER, **MARCH, now=LATE))["rows"]
    (whole,) = (await read(march, "/response-times", CITY_MANAGER, **MARCH, now=LATE))["rows"]
    assert (theirs["asked"], whole["asked"]) == (0, 3)
    refused = await march.get("insights", "/lists", OTHER_MANAGER, params={"division": TOWNSHIP})
    assert refused.status_code == 404


async def test_months_turned_round_are_refused(march: City) -> None:
    turned = {"month_from": "2026-03", "month_to": "2026-01"}
    assert (await march.get("insights", "/indicators", COUNTY_MANAGER, params=turned)).status_code == 422


async def test_heard_again_from_the_first_fact_it_is_the_same_to_the_row(march: City) -> None:
    before = await kept(march)
    insights = march.house("insights")
    async with insights.database.work(insights.listeners[0].context) as session:
        await rewind(session, ["needs", "matching"])
    assert await march.settle() > 0
    assert await kept(march) == before
    assert (len(before["need_episode"]), len(before["service_order"]), len(before["resource_use"])) == (3, 1, 1)


async def test_made_from_nothing_it_is_the_same_to_the_row(march: City) -> None:
    before = await kept(march)
    owner = await march.owner("insights")
    await owner.execute(f"TRUNCATE {', '.join(before)}, listener_position")
    await owner.close()
    await march.settle()
    assert await kept(march) == before
