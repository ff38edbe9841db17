"""A played fortnight of one township over the real services: what is shown is what was played, and nothing else."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from deploy.sample.workers import workers
from deploy.year.asking import year_of
from deploy.year.player import Span, play
from deploy.year.stage import Stage
from shared.kit.clock import SHANGHAI
from tests.city import City
from tests.insights.looking import read
from tests.matching.people import system
from tests.people import TOWNSHIP
from tests.reconcile.town import look, wrong
from tests.year.world import CityWorld, people

pytestmark = pytest.mark.slow
FIRST = date(2026, 3, 2)
ASKED = 16
BEFORE = datetime(2026, 3, 1, 9, tzinfo=SHANGHAI)
SEEN: dict[str, Any] = {
    "month_from": "2026-03", "month_to": "2026-04", "now": datetime(2026, 4, 20, tzinfo=SHANGHAI),
}  # fmt: skip
LISTED = {
    "child_care": "womens_federation", "employment": "human_resources", "meals": "civil_affairs",
    "elder_care": "civil_affairs", "chronic_disease": "health", "digital_skills": "civil_affairs",
}  # fmt: skip


async def prepare(city: City) -> None:
    """Departments list something, and the station has its workers."""
    await city.settle()
    for category, provider in LISTED.items():
        row = {
            "name": f"{category}（示例）", "category": category, "unit": "person_time", "areas": [TOWNSHIP],
            "division": TOWNSHIP, "capacity": 50, "assured_until": "2027-12-31", "is_sample": True,
        }  # fmt: skip
        path = f"/providers/{provider}/resources/{category}"
        assert (await city.put("matching", path, system(provider), row, now=BEFORE)).is_success
    head = people()[f"head-{TOWNSHIP}"]
    for worker in workers():
        if worker.station.division == TOWNSHIP and worker.is_able:
            form = {"account": worker.account, "station_id": str(worker.station.id), "licence": "none"}
            made = (await city.post("cases", "/workers", head, form, now=BEFORE)).json()
            course = {"kind": "pre_service", "held_on": "2025-03-03", "hours": 24, "passed": True}
            await city.post("cases", f"/workers/{made['id']}/trainings", head, course, now=BEFORE)
    await city.let_time_pass(BEFORE)


async def played(city: City) -> Stage:
    """A fortnight in which things are asked, and a month in which they end."""
    asked = year_of("a fortnight", first=FIRST, count=ASKED, days=14, county=TOWNSHIP)
    since = datetime.combine(FIRST, datetime.min.time(), SHANGHAI)
    span = Span(since=since, until=since + timedelta(days=45))
    return await play(CityWorld(city), asked, span, seed="a fortnight", say=lambda *_: None)


async def shown(city: City) -> dict[str, Any]:
    """Numerator and denominator by indicator."""
    found = (await read(city, "/indicators", **SEEN))["indicators"]
    return {row["indicator"]: (row["numerator"], row["denominator"]) for row in found}


async def test_what_insights_shows_is_what_was_played(city: City) -> None:
    await prepare(city)
    stage = await played(city)
    done = stage.done
    assert done["needs needs"] == ASKED, stage.refused
    assert not [why for why in stage.refused if why.startswith(("broke off", "4", "5")) and not why.startswith("409")]

    (row,) = (await read(city, "/response-times", **SEEN))["rows"]
    reopened = await facts(city, "needs", "need_reopened")
    assert row["asked"] == ASKED + reopened - done["needs needs withdraw"] - done["needs needs refer"]
    # Where help began at all, the person had been spoken with, and nobody else is counted as having been.
    helped = await contacted(city)
    assert row["first_contact"]["count"] == helped
    figures = await shown(city)
    assert figures["completion"] == (done["needs needs resolve"], row["asked"])
    assert figures["survey_response"][0] == done["feedback surveys"]

    # Whatever was played, the services agree about it: nobody is told of trouble that is none.
    await city.settle()
    assert wrong(await look(city, at=SEEN["now"])) == []


async def facts(city: City, service: str, name: str) -> int:
    """How many facts of a name were announced."""
    owner = await city.owner(service)
    try:
        count: int = await owner.fetchval("SELECT count(*) FROM fact WHERE name = $1", f"{service}.{name}.v1")
    finally:
        await owner.close()
    return count


async def contacted(city: City) -> int:
    """How many episodes' clocks say that somebody spoke with the person, where needs keeps them."""
    owner = await city.owner("needs")
    query = """
        SELECT count(*) FROM clock c JOIN need n ON n.id = c.need_id
        WHERE c.kind = 'first_contact' AND c.met_at IS NOT NULL AND n.status NOT IN ('withdrawn', 'referred_out')
    """
    try:
        count: int = await owner.fetchval(query)
    finally:
        await owner.close()
    return count
