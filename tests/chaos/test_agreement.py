"""Order, need, case and survey never disagree, whatever people do and whatever goes wrong between commits (R5)."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from deploy.addresses import BUILT
from deploy.postgres import Cluster
from services.matching.service.capacity import reconcile
from shared.kit.database import Context
from tests.chaos.agreement import looking
from tests.chaos.faults import Faults
from tests.chaos.hearing import count_effects, last_number, nothing_lost_or_doubled
from tests.chaos.machine import Matters
from tests.city import City, running
from tests.figures import Figure

SEED = int(os.environ.get("FUZHOU_SEED", "20261125"))
FEW, MANY, STEPS = 30, 100, 40
# A thousand runs and more, a hundred with each seed.
SEEDS = [SEED + number for number in range(int(os.environ.get("FUZHOU_SEEDS", "10")))]
MACHINE = Context(actor="tests", machine="matching.timers")


@pytest.fixture
async def faulty(cluster: Cluster, folder: Path) -> AsyncIterator[Faults]:
    """A city of its own in which things can go wrong, and each effect is counted."""
    async with running(cluster, folder, BUILT) as city:
        await count_effects(city)
        yield Faults.of(city)


async def agree(faults: Faults, figure: Figure, *, seeded: int, runs: int, shrinks: bool) -> None:
    """Many runs in one city: after each nobody disagrees, and at the end nothing was lost and nothing doubled."""
    city = faults.city
    before = {service: await last_number(city, service) for service in city.apps}
    wanted = settings(
        max_examples=runs, stateful_step_count=STEPS, deadline=None, database=None, print_blob=False,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate, *([Phase.shrink] if shrinks else [])],
    )  # fmt: skip
    print(f"seed {seeded}: reproduce with FUZHOU_SEED={seeded}")
    async with looking(city) as databases:
        machine = seed(seeded)(Matters.within(asyncio.get_running_loop(), faults, databases))
        await asyncio.to_thread(run_state_machine_as_test, machine, settings=wanted)
    heard = await nothing_lost_or_doubled(faults, before)
    await sums_are_right(city)
    figure(
        "R5", runs=machine.runs, acts=machine.acts, crashes=faults.crashes, disagreements=0, orphans=0,
    )  # fmt: skip
    figure("R2", facts=sum(heard.values()), lost=0, applied_twice=0)


async def sums_are_right(city: City) -> None:
    """The ledger's columns are the sums of their entries, over everything that ever happened."""
    async with city.house("matching").database.work(MACHINE) as session:
        assert await reconcile(session) == {}


@pytest.mark.slow
async def test_services_agree_after_thirty_runs_of_anything(faulty: Faults, figure: Figure) -> None:
    await agree(faulty, figure, seeded=SEED, runs=FEW, shrinks=False)


@pytest.mark.chaos
@pytest.mark.parametrize("seeded", SEEDS)
async def test_services_agree_after_a_thousand_runs_of_anything(faulty: Faults, figure: Figure, seeded: int) -> None:
    await agree(faulty, figure, seeded=seeded, runs=MANY, shrinks=True)
