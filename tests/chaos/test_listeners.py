"""Each ear of each service is shut while facts flow and opened again: nothing is lost and nothing taken twice (R2)."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from deploy.addresses import BUILT
from deploy.postgres import Cluster
from shared.kit.audit import record_reading
from shared.kit.database import Context
from shared.kit.ids import new_id
from tests.chaos.agreement import looking
from tests.chaos.city_at_work import Work
from tests.chaos.faults import Faults
from tests.chaos.hearing import count_effects, last_number, lost_and_doubled, nothing_lost_or_doubled
from tests.city import City, running
from tests.figures import Figure
from tests.people import ADMINISTRATOR, COUNTY_ADMINISTRATOR, HEAD, STATION, TOWNSHIP, WORKER

pytestmark = pytest.mark.slow


@pytest.fixture
async def faulty(cluster: Cluster, folder: Path) -> AsyncIterator[Faults]:
    async with running(cluster, folder, BUILT) as city:
        await count_effects(city)
        yield Faults.of(city)


async def a_busy_day(work: Work, day: int) -> None:
    """Every service has something to say, as far as it hears of what the others said."""
    await work.register(of=0, urgency="routine")
    this = len(work.needs) - 1
    # Judged, ordered, accepted, started, completed, resolved, and answered with a two.
    for _ in range(8):
        await work.go_on(this, chance=1)
    form = {"need_id": work.need(this)["id"], "kind": "visit", "contact": "visit", "minutes": 30, "reached": True}
    await work.with_case(this, "assign", HEAD, worker_id=work.workers[0])
    await work.with_case(this, "services", WORKER, **form)
    await edit_everywhere(work.city, day)
    await seal_everywhere(work.city)
    await work.pass_time(1)


async def seal_everywhere(city: City) -> None:
    """Somebody reads personal fields in every service, and each seals its trail, which identity hears of."""
    for house in map(city.house, city.apps):
        async with house.database.work(Context(actor="auditor")) as session:
            await record_reading(session, "read_card", purpose="a busy day", fields=("name",), subjects=[new_id()])
        assert house.sealer is not None
        assert await house.sealer.seal_all() > 0, house.service


async def edit_everywhere(city: City, day: int) -> None:
    """A station's file, a day of the calendar, and an account that begins and ends."""
    seen: dict[str, Any] = (await city.get("cases", f"/stations/{STATION}", HEAD)).json()
    file = {"serves": [TOWNSHIP], "service_points": [f"{TOWNSHIP}{day:03}"]}
    row = {"date": f"2026-07-{day:02}", "is_workday": False, "name_zh": "临时放假", "name_en": "Closed"}
    account = {"name": f"passing-{day}", "grants": [{"role": "station_head", "stations": [str(STATION)]}]}
    answers = [
        await city.put("cases", f"/stations/{STATION}", HEAD, file, version=seen["version"]),
        await city.put(
            "needs", f"/reference/calendar_day/2026-07-{day:02}", ADMINISTRATOR,
            {"valid_from": "2024-01-01", "source": "临时放假通知（示例）", "body": row}, version=0,
        ),
        await city.post("identity", "/accounts", COUNTY_ADMINISTRATOR, account | {"worker": None}),
        await city.post("identity", f"/accounts/passing-{day}/end", ADMINISTRATOR),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers if not answer.is_success] == [], [each.text for each in answers]


async def stop_and_start(work: Work, publisher: str, before: int) -> None:
    """All ears for one publisher are shut for a day; then one after another hears what it missed."""
    faults = work.faults
    ears = [each for each in faults.listeners() if each.publisher == publisher]
    faults.shut |= {(each.service, publisher) for each in ears}
    await a_busy_day(work, len(work.needs) + 1)
    for ear in ears:
        _, missed, _ = await lost_and_doubled(work.city, ear, after=before)
        assert missed.total() > 0, f"{ear.service} missed nothing of {publisher}"
        faults.shut.discard((ear.service, publisher))
        await faults.settle()


async def test_every_listener_that_was_stopped_takes_what_it_missed_once(faulty: Faults, figure: Figure) -> None:
    city = faulty.city
    before = {service: await last_number(city, service) for service in city.apps}
    async with looking(city) as databases:
        work = await Work(faulty, databases).begin(capacity=100)
        await a_busy_day(work, 1)
        for publisher in ("cases", "feedback", "identity", "matching", "needs"):
            await stop_and_start(work, publisher, before[publisher])
        await work.agree()
    counts = await nothing_lost_or_doubled(faulty, before)
    assert all(counts.values()), "each of them heard something"
    figure("R2", listeners=len(counts), facts=sum(counts.values()), lost=0, applied_twice=0)
