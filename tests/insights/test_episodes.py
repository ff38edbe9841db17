"""The needs behind a number: exactly those that it counts, each asking by itself."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.schemas.access import Role
from shared.schemas.vocabulary import PauseReason
from tests.city import City, Person
from tests.given.scene import Scene
from tests.insights.looking import CITY_MANAGER, MARCH, OTHER_MANAGER, read
from tests.insights.planting import contacted, later, paused, registered, reopened, started, triaged

APRIL: dict[str, Any] = {"month_from": "2026-04", "month_to": "2026-04"}
LATE = later(days=80)


@pytest.fixture(scope="module")
async def asked(counted: City) -> tuple[City, dict[str, UUID]]:
    """One met in March and reopened in April, one late, one that stands still, one that is in service."""
    ids = {name: uuid4() for name in ("again", "late", "still", "served")}
    await Scene(counted).hear(
        "insights",
        registered(ids["again"]), triaged(ids["again"], "mediation"), contacted(ids["again"], later(days=1)),
        reopened(ids["again"], 2, later(days=40)),
        registered(ids["late"]), triaged(ids["late"]),
        registered(ids["still"]), *paused(ids["still"], PauseReason.RESIDENT_AWAY, later(days=1), None),
        registered(ids["served"]), triaged(ids["served"]), started(ids["served"], later(days=1)),
        contacted(ids["served"], later(days=1)),
    )  # fmt: skip
    return counted, ids


async def behind(city: City, **query: Any) -> list[tuple[str, int]]:
    """The askings behind a number, page by page."""
    found: list[tuple[str, int]] = []
    after: dict[str, str] = {}
    while True:
        page = await read(city, "/episodes", CITY_MANAGER, **query, **after, limit=2, now=LATE)
        found += [(each["need_id"], each["episode"]) for each in page["items"]]
        if page["next"] is None:
            return found
        after = {"after": page["next"]}


async def number(city: City, **query: Any) -> dict[str, Any]:
    (row,) = (await read(city, "/response-times", CITY_MANAGER, **query, now=LATE))["rows"]
    found: dict[str, Any] = row
    return found


async def test_a_reopened_need_stands_in_both_months_as_it_is_counted(asked: tuple[City, dict[str, UUID]]) -> None:
    city, ids = asked
    march, april = await behind(city, **MARCH), await behind(city, **APRIL)
    assert (len(march), len(april)) == ((await number(city, **MARCH))["asked"], (await number(city, **APRIL))["asked"])
    assert sorted(march) == sorted((str(id), 1) for id in ids.values())
    assert april == [(str(ids["again"]), 2)]


async def test_each_asking_stands_under_its_own_category(asked: tuple[City, dict[str, UUID]]) -> None:
    city, ids = asked
    assert await behind(city, **MARCH, category="mediation") == [(str(ids["again"]), 1)]
    assert await behind(city, **APRIL, category="mediation") == []


async def test_what_is_late_stands_there_and_what_stands_still_does_not(asked: tuple[City, dict[str, UUID]]) -> None:
    city, ids = asked
    both = {"month_from": "2026-03", "month_to": "2026-04"}
    late = await behind(city, **both, overdue=True)
    assert late == [(str(ids["late"]), 1), (str(ids["again"]), 2)]
    assert len(late) == (await number(city, **both))["first_contact"]["overdue"]


async def test_what_waits_is_what_the_lists_call_open(asked: tuple[City, dict[str, UUID]]) -> None:
    city, ids = asked
    lines = (await read(city, "/lists", CITY_MANAGER, **APRIL, now=LATE))["lines"]
    waiting = await behind(city, waiting=True)
    assert len(waiting) == sum(line["open"] for line in lines)
    assert (str(ids["late"]), 1) in waiting
    assert not {(str(ids["served"]), 1), (str(ids["still"]), 1)} & set(waiting), "helped already, or of no kind yet"


async def test_who_may_not_read_needs_has_no_list_behind_the_number(asked: tuple[City, dict[str, UUID]]) -> None:
    city, _ = asked
    operator = Person.of(Role.OPERATOR, divisions=("3610",))
    assert (await city.get("insights", "/episodes", operator, params=MARCH)).status_code == 403
    assert (await read(city, "/episodes", OTHER_MANAGER, **MARCH))["items"] == []
