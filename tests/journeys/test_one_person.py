"""The same elder is known to health and to civil affairs: one person, one file, and nothing doubled."""

import pytest

from tests.city import City
from tests.journeys.counted import Counted
from tests.journeys.story import Story, moment
from tests.matching.people import officer
from tests.needs.asking import number
from tests.people import HEAD, WORKER, person

pytestmark = pytest.mark.slow


async def figures_of(story: Story) -> None:
    """What insights shows of it."""
    counted = Counted(story, "2026-03")
    assert await counted.days() == (2, 1.0, 1.0, 2, 0)
    # Two needs, and one person of the special groups on file, whom somebody helped.
    assert await counted.indicators("completion", "special_groups_coverage", "complaints") == {
        "completion": (2, 2), "special_groups_coverage": (1, 1), "complaints": (0, 1),
    }  # fmt: skip
    assert await counted.line("meals") == (1, 0, 1, 18)
    assert await counted.line("chronic_disease") == (1, 0, 1, 19)
    assert await counted.cell("need") == 2
    assert await counted.cell("need", "meals") == 1


async def test_an_elder_of_two_departments_is_one_person_with_one_file(apart: City) -> None:
    story = Story(apart, moment("2026-03-10 10:00"))
    canteen = await story.lists("civil_affairs", "meals")
    doctor = await story.lists("health", "chronic_disease")
    elder = person(number=number(7), phones=[{"number": story.phone, "owner": "self"}])
    by_phone = await story.somebody_asks("想有人送餐。", resident=elder)
    # At the door she is written down once more: another spelling of her name, and the same number.
    at_the_door = await story.somebody_asks(
        "血压高，想请医生上门看看。", by=WORKER, channel="home_visit", resident=elder | {"name": "王秀蘭"}
    )
    assert at_the_door["resident_id"] == by_phone["resident_id"]
    found = await story.does("needs", "/residents/search", HEAD, {"number": number(7)})
    assert [(row["id"], row["certainty"]) for row in found["items"]] == [(by_phone["resident_id"], "exact")]
    refused = await story.tries("needs", "/residents", HEAD, elder | {"division": canteen["areas"][0]})
    assert refused.status_code == 409

    await story.station_judges(by_phone, "meals")
    await story.station_judges(at_the_door, "chronic_disease")
    meals = await story.station_orders(by_phone, canteen, quantity=2)
    visits = await story.station_orders(at_the_door, doctor)
    for order in (meals, visits):
        await story.department(order, "accept")
        card = await story.does("needs", "/residents/cards", officer(order["provider"]), {"order_id": order["id"]})
        assert [row["fields"]["name"] for row in card["items"]] == ["王秀兰"]
    # Neither department sees what the other one was asked for.
    unseen = await story.tries("needs", "/residents/cards", officer("health"), {"order_id": meals["id"]})
    assert unseen.status_code == 404
    await story.until("2026-03-11 10:00")
    for order in (meals, visits):
        await story.department(order, "start")
    await story.until("2026-03-12 10:00")
    await story.department(meals, "complete", used=2)
    await story.department(visits, "complete")
    for asked in (by_phone, at_the_door):
        await story.station_resolves(asked)
    await figures_of(story)
