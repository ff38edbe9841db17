"""People are counted once, stations and workers as cases tells of them; what nobody told is unknown and never zero."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.schemas.facts import cases
from shared.schemas.vocabulary import Group, Licence, ServiceClass, ServiceKind
from tests.city import City
from tests.feedback.asking import ended
from tests.given.scene import Scene
from tests.insights.looking import COUNTY_MANAGER, MARCH, figure_of, read
from tests.insights.planting import (
    AT,
    heard_of,
    later,
    merged,
    on_file,
    registered,
    split,
    started,
    station,
    triaged,
    worker,
)
from tests.people import STATION, TOWNSHIP

LATE = later(days=25)
POPULATION = 110.32


async def figure(city: City, indicator: str) -> tuple[Any, Any]:
    found = await figure_of(city, indicator, **MARCH, now=LATE)
    return found["numerator"], found["denominator"]


async def test_what_nobody_reported_is_unknown_and_says_so(counted: City) -> None:
    for indicator in ("workers_per_ten_thousand", "licensed_workers", "turnover", "stations_under_staff_standard"):
        found = await figure_of(counted, indicator, **MARCH, now=LATE)
        assert (found["numerator"], found["value"]) == (None, None)
        assert found["unknown"]["zh"].endswith("不等于零。")
    assert (await figure_of(counted, "complaints", **MARCH, now=LATE))["numerator"] is None, "feedback was silent"


async def test_a_person_with_two_files_is_counted_once(counted: City) -> None:
    scene, one, other, third = Scene(counted), uuid4(), uuid4(), uuid4()
    needs = [uuid4() for _ in range(2)]
    await scene.hear("insights", *(on_file(id, Group.ELDERLY) for id in (one, other, third)))
    for need, resident in zip(needs, (one, other), strict=True):
        await scene.hear("insights", registered(need, resident), triaged(need, resident_id=resident))
        await scene.hear("insights", started(need, later(days=1)), ended(need, resident_id=resident, at=later(days=2)))
    assert await figure(counted, "special_groups_coverage") == (2, 3)
    await heard_of(counted, "feedback")
    assert (await figure(counted, "complaints"))[1] == 2
    merge, further = merged(one, other), merged(other, third)
    await scene.hear("insights", merge, further)
    assert await figure(counted, "special_groups_coverage") == (1, 1), "however many merges lead there"
    assert (await figure(counted, "complaints"))[1] == 1
    await scene.hear("insights", split(further), split(merge))
    assert await figure(counted, "special_groups_coverage") == (2, 3)


@pytest.fixture(scope="module")
async def staffed(counted: City) -> City:
    """A station in the country with three workers: one becomes licensed, one leaves in March; it lists two services."""
    scene, people = Scene(counted), [uuid4() for _ in range(3)]
    await heard_of(counted, "cases")
    listed = [
        cases.StationService(category="meals", service_class=ServiceClass.BASE),
        cases.StationService(category="mediation", service_class=ServiceClass.SPECIAL),
    ]
    await scene.hear("insights", station(STATION, *listed), *(worker(id) for id in people))
    place: dict[str, Any] = {"station_id": STATION, "division": TOWNSHIP}
    await scene.hear(
        "insights",
        cases.WorkerChanged(
            **place, worker_id=people[0], licence=Licence.SENIOR, is_trained=True, version=2, changed_at=AT
        ),
        cases.WorkerLeft(**place, worker_id=people[1], open_cases=0, left_at=later(days=3)),
    )
    return counted


@pytest.mark.parametrize(
    ("indicator", "numerator", "denominator"),
    [
        ("licensed_workers", 1, 2), ("turnover", 1, 3), ("workers_per_ten_thousand", 2, POPULATION),
        ("stations_under_staff_standard", 1, 1),
    ],
)  # fmt: skip
async def test_staff_is_what_was_told(staffed: City, indicator: str, numerator: float, denominator: float) -> None:
    assert await figure(staffed, indicator) == (numerator, denominator)


async def test_of_a_township_nobody_knows_the_population(staffed: City) -> None:
    found = await figure_of(staffed, "workers_per_ten_thousand", **MARCH, division=TOWNSHIP, now=LATE)
    assert (found["numerator"], found["value"]) == (2, None)
    assert "人口" in found["unknown"]["zh"]


async def test_staff_stands_beside_what_the_plan_wants(staffed: City) -> None:
    found = await figure_of(staffed, "turnover", **MARCH, now=LATE)
    assert [(row["phase"], row["clause"], row["value"]) for row in found["targets"]] == [
        ("2025", "3.2", 0.2), ("2026", "3.2", 0.15),
    ]  # fmt: skip


async def test_the_services_list_stands_beside_needs_and_resources(staffed: City) -> None:
    case = uuid4()
    place: dict[str, Any] = {"station_id": STATION, "division": TOWNSHIP, "case_id": case}
    opened = cases.CaseOpened(
        **place, need_id=None, resident_id=uuid4(), worker_id=None, category="meals", opened_at=AT
    )
    given = cases.ServiceRecorded(
        **place, service_id=uuid4(), kind=ServiceKind.VISIT, worker_id=uuid4(), minutes=30, person_times=1,
        is_professional=True, reached=True, occurred_at=AT + timedelta(days=2), is_late_entry=False,
    )  # fmt: skip
    await Scene(staffed).hear("insights", opened, given)
    lines = (await read(staffed, "/lists", COUNTY_MANAGER, **MARCH, division=TOWNSHIP, now=LATE))["lines"]
    shown = {line["category"]: (line["services"], line["service_class"], line["services_given"]) for line in lines}
    assert shown["meals"] == ([f"{TOWNSHIP}-01"], "base", 1)
    assert shown["mediation"] == ([f"{TOWNSHIP}-01"], "special", 0)


async def test_a_station_that_is_closed_owes_no_service_and_is_owed_no_package(staffed: City) -> None:
    before = (await read(staffed, "/packages", COUNTY_MANAGER, quarter="2026Q1", division=TOWNSHIP))["lines"]
    await Scene(staffed).hear("insights", station(STATION, is_active=False, version=3))
    after = (await read(staffed, "/packages", COUNTY_MANAGER, quarter="2026Q1", division=TOWNSHIP))["lines"]
    assert ({line["due"] for line in before}, {line["due"] for line in after}) == ({1}, {0})
    await Scene(staffed).hear("insights", station(STATION, version=2))
    again = (await read(staffed, "/packages", COUNTY_MANAGER, quarter="2026Q1", division=TOWNSHIP))["lines"]
    assert {line["due"] for line in again} == {0}, "older news changes nothing"


async def test_packages_are_told_apart_by_station(staffed: City) -> None:
    await Scene(staffed).hear("insights", station(STATION, version=4))
    answer = await read(staffed, "/packages", COUNTY_MANAGER, quarter="2026Q1", by="station", division=TOWNSHIP)
    assert {line["station"] for line in answer["lines"]} == {f"{TOWNSHIP}-01"}
    assert len({line["provider"] for line in answer["lines"]}) == len(answer["lines"]) >= 8
