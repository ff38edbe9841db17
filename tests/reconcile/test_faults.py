"""What is planted is found, each at its subject, and healed, or raised where no rule heals it (R16)."""

import os
from collections import Counter
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest

from deploy.addresses import BUILT
from deploy.postgres import Cluster
from shared.kit.promises import Difference, promises_in
from shared.kit.reconciling import Report
from tests.city import City, running
from tests.figures import Figure
from tests.reconcile.faults import FAULTS, Planted, plant
from tests.reconcile.town import NEXT_DAY, build, look, wrong

PROMISES = sorted(
    {name for each in BUILT for name in promises_in(*import_module(f"services.{each}.app").service.promises)}
)
# A consent that is wrong is heard again first, so that nothing is left to be found by the time that one is looked at.
HEALED_BEFORE = {"matching.no_order_goes_on_without_consent"}
LATER = NEXT_DAY + timedelta(days=1)
ROUNDS = 2
SEED = int(os.environ.get("RECONCILE_SEED", "16"))


def found_in(reports: list[Report]) -> dict[tuple[str, str, str], tuple[Difference, bool]]:
    """What was found, by service, promise and subject, and whether it was healed."""
    return {
        (report.service, each.promise, each.subject): (each, healed)
        for report in reports
        for healed, found in ((True, report.healed), (False, report.raised))
        for each in found
    }


async def check(city: City, planted: list[Planted]) -> tuple[int, int]:
    """How many were healed and how many raised; all of them are one or the other, and nothing else is found."""
    found = found_in(await look(city))
    keys = {(each.fault.where, each.fault.promise, each.subject): each for each in planted}
    also = {promise for each in planted for promise in each.fault.also}
    amiss = [f"missed {key} after {keys[key].fault.plant}" for key in keys if key not in found]
    amiss += [f"not planted {key}: {found[key][0].wrong}" for key in found if key not in keys and key[1] not in also]
    fates = {key: found[key][1] for key in keys if key in found}
    amiss += [f"wrong end {key}: {found[key][0].wrong}" for key in fates if fates[key] is keys[key].fault.stays]
    assert amiss == [], "\n".join(amiss)
    return sum(fates.values()), len(fates) - sum(fates.values())


async def stays(city: City, planted: list[Planted]) -> None:
    """Once all has come to rest, what was healed is whole, and what no rule heals is still told of."""
    await city.settle()
    await city.let_time_pass(NEXT_DAY)
    await city.settle()
    left = [key for key, (_, healed) in found_in(await look(city, at=LATER)).items() if not healed]
    known = {(each.fault.where, each.fault.promise, each.subject) for each in planted if each.fault.stays}
    subjects = {subject for _, _, subject in known}
    assert known <= set(left)
    assert [key for key in left if key[2] not in subjects] == []


@pytest.mark.parametrize("promise", PROMISES)
def test_a_promise_has_a_fault_that_breaks_it(promise: str) -> None:
    """Plant one, in `tests/reconcile/faults`: a promise that nobody saw broken may find nothing at all."""
    assert (promise in {fault.promise for fault in FAULTS}) is (promise not in HEALED_BEFORE)


@pytest.mark.slow
async def test_in_a_town_at_rest_every_promise_is_kept(town: City, figure: Figure) -> None:
    reports = await look(town)
    assert wrong(reports) == []
    assert sum(report.looked for report in reports) > 1000
    figure("R16", false_alarms=0)


@pytest.mark.slow
async def test_planted_faults_are_found_and_healed_or_raised(town: City, figure: Figure) -> None:
    planted = await plant(town, FAULTS, seed=SEED)
    assert len(planted) >= 50, Counter(each.fault.promise for each in planted)
    healed, raised = await check(town, planted)
    figure("R16", planted_faults_found=len(planted), healed=healed, raised=raised, false_alarms=0)
    await stays(town, planted)


@pytest.mark.chaos
@pytest.mark.parametrize("seed", [SEED, SEED + 1])
async def test_two_hundred_planted_faults_are_found(cluster: Cluster, folder: Path, figure: Figure, seed: int) -> None:
    async with running(cluster, folder, BUILT) as city:
        await build(city, rounds=8)
        assert wrong(await look(city)) == []
        planted = await plant(city, FAULTS, seed=seed, most=200)
        assert len(planted) == 200
        healed, raised = await check(city, planted)
        figure("R16", planted_faults_found=len(planted), healed=healed, raised=raised, false_alarms=0)
        await stays(city, planted)
