"""What one service does while it has not heard yet what another one did: found by chaos, kept as sentences (R5)."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from deploy.addresses import BUILT
from deploy.postgres import Cluster
from tests.chaos.agreement import looking
from tests.chaos.city_at_work import Work
from tests.chaos.faults import Ear, Faults
from tests.city import running
from tests.people import HEAD, OPERATOR, triage

pytestmark = pytest.mark.slow
MATCHING_HEARS_NEEDS: Ear = ("matching", "needs")
NEEDS_HEARS_MATCHING: Ear = ("needs", "matching")


@pytest.fixture(scope="module")
async def faulty(cluster: Cluster, folder: Path) -> AsyncIterator[Faults]:
    async with running(cluster, folder, BUILT) as city:
        yield Faults.of(city)


@pytest.fixture
async def work(faulty: Faults) -> AsyncIterator[Work]:
    """A judged need of which everybody has heard."""
    async with looking(faulty.city) as databases:
        begun = await Work(faulty, databases).begin()
        await begun.register(of=0, urgency="crisis")
        await begun.with_need(0, "triage", **triage(category="counselling", urgency="crisis"))
        await faulty.settle()
        yield begun


async def minute_by_minute(work: Work, *steps: Callable[[], Awaitable[object]]) -> None:
    """One thing after another, and in the end everybody hears of everything and nobody disagrees."""
    for step in steps:
        work.now += timedelta(minutes=1)
        await step()
    await work.agree()


async def test_an_order_for_a_need_whose_end_was_not_heard_yet_is_cancelled(work: Work) -> None:
    work.faults.shut.add(MATCHING_HEARS_NEEDS)
    await minute_by_minute(
        work,
        lambda: work.resolve(0),
        lambda: work.order(0, resource=0, quantity=2, under=None),
    )
    assert [(row["status"], row["quantity"]) for row in await work.orders()] == [("cancelled", 2)]


async def test_an_order_for_an_episode_that_is_over_is_cancelled_and_the_next_episode_stays(work: Work) -> None:
    work.faults.shut.add(MATCHING_HEARS_NEEDS)
    await minute_by_minute(
        work,
        lambda: work.resolve(0),
        lambda: work.with_need(0, "reopen", reason="came_back"),
        lambda: work.order(0, resource=0, quantity=2, under=None),
    )
    assert [row["status"] for row in await work.orders()] == ["cancelled"]


async def test_an_acceptance_that_crosses_a_withdrawal_ends_with_it(work: Work) -> None:
    work.faults.shut |= {MATCHING_HEARS_NEEDS, NEEDS_HEARS_MATCHING}
    await minute_by_minute(
        work,
        lambda: work.order(0, resource=0, quantity=2, under=None),
        lambda: work.with_need(0, "withdraw", OPERATOR),
        lambda: work.with_order(0, "accept", where="requested"),
        lambda: work.with_order(0, "start", where="accepted"),
    )
    assert [row["status"] for row in await work.orders()] == ["cancelled"]


@pytest.mark.parametrize("verb", ["fail", "cancel"])
async def test_what_was_used_of_an_order_that_ends_early_is_counted_everywhere(work: Work, verb: str) -> None:
    unable = {"reason": "provider_unable", "evidence": "人手不足（示例）"} if verb == "fail" else {}
    await minute_by_minute(
        work,
        lambda: work.order(0, resource=0, quantity=2, under=None),
        lambda: work.with_order(0, "accept", where="requested"),
        lambda: work.with_order(0, "start", where="accepted"),
        lambda: work.with_order(0, verb, where="in_progress", by=HEAD if verb == "cancel" else None, used=1, **unable),
    )
    query = "SELECT status, used FROM service_order WHERE order_id = $1"
    row = await work.databases["insights"].fetchrow(query, (await work.orders())[0]["id"])
    assert row is not None
    assert (row["status"], row["used"]) == ("failed" if verb == "fail" else "cancelled", 1)


async def test_orders_that_end_after_the_next_episode_began_are_of_the_one_before(work: Work) -> None:
    work.faults.shut |= {MATCHING_HEARS_NEEDS, NEEDS_HEARS_MATCHING}
    await minute_by_minute(
        work,
        lambda: work.order(0, resource=0, quantity=2, under=None),
        lambda: work.with_order(0, "accept", where="requested"),
        lambda: work.resolve(0),
        lambda: work.with_need(0, "reopen", reason="came_back"),
        lambda: work.with_order(0, "start", where="accepted"),
        lambda: work.with_order(0, "complete", where="in_progress", used=1),
    )
    assert [row["status"] for row in await work.orders()] == ["completed"]
