"""The ninth tenth of waits by the rollup is that of counting row by row, in whatever order facts came."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid5

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deploy.postgres import Cluster
from services.insights.repository import mapping
from services.insights.rules.months import month_span
from shared.kit.database import Context
from shared.schemas.facts import Fact, needs
from shared.schemas.vocabulary import NeedStatus, PauseReason, Urgency
from tests.city import City, running
from tests.insights.hearing import hear_batch
from tests.insights.planting import AT, contacted, paused, registered, reopened, triaged
from tests.people import STATION, TOWNSHIP

HOME: Final = UUID("5b2e1c1e-3610-4a6e-9d5e-000000000000")
WHO: Final = st.integers(0, 5).map(lambda number: uuid5(HOME, f"need {number}"))
WHEN: Final = st.integers(0, 40 * 24 * 60).map(lambda minutes: AT + timedelta(minutes=minutes))
PLACES: Final = st.sampled_from([TOWNSHIP, "361002101", "361021100"])
CATEGORIES: Final = ("meals", "jobs")
KINDS: Final = st.sampled_from(CATEGORIES)
EVERYBODY: Final = Context(actor="tests", divisions=("3610",))
MONTHS: Final = ("2026-03", "2026-04")
BY_HAND: Final = """
SELECT to_char(registered_at AT TIME ZONE INTERVAL '8 hours', 'YYYY-MM'), left(division, 9), count(*)
FROM need_episode WHERE contacted_at IS NOT NULL
AND status NOT IN ('joined', 'entered_in_error', 'withdrawn', 'referred_out') GROUP BY 1, 2 ORDER BY 1, 2
"""
BY_ROLLUP: Final = """
SELECT month, township, sum(episodes) FROM wait_month WHERE category = '*' GROUP BY 1, 2 HAVING sum(episodes) <> 0
ORDER BY 1, 2
"""


def changed(need: UUID, status: NeedStatus, division: str) -> Fact:
    return needs.NeedChanged(
        need_id=need, status=status, division=division, station_id=STATION, urgency=Urgency.URGENT, groups=()
    )


# Any fact at any place: asked twice, contacted before it was judged, resumed before paused, an error at last.
STEP: Final = st.one_of(
    st.builds(lambda need, at, place: [registered(need, registered_at=at, division=place)], WHO, WHEN, PLACES),
    st.builds(lambda need, kind, place: [triaged(need, kind, division=place)], WHO, KINDS, PLACES),
    st.builds(lambda need, at, episode: [contacted(need, at, episode=episode)], WHO, WHEN, st.integers(1, 2)),
    st.builds(lambda need, at, known: [contacted(need, at, known=known)], WHO, WHEN, WHEN),
    st.builds(
        lambda need, reason, begun, length: paused(need, reason, begun, begun + timedelta(hours=length)),
        WHO, st.sampled_from([PauseReason.RESIDENT_AWAY, PauseReason.THREE_ATTEMPTS]), WHEN, st.integers(1, 200),
    ),
    st.builds(lambda need, begun: paused(need, PauseReason.FORCE_MAJEURE, begun, None), WHO, WHEN),
    st.builds(lambda need, at: [reopened(need, 2, at)], WHO, WHEN),
    st.builds(lambda *said: [changed(*said)], WHO, st.sampled_from(list(NeedStatus)), PLACES),
    st.builds(lambda need, at: [needs.NeedWithdrawn(need_id=need, episode=1, withdrawn_at=at)], WHO, WHEN),
)  # fmt: skip


@pytest.fixture(scope="module")
async def alone(cluster: Cluster, folder: Path) -> AsyncIterator[City]:
    """Insights by itself: what a test lets it hear is all there is."""
    async with running(cluster, folder, ("insights",)) as city:
        yield city


async def empty(city: City) -> None:
    owner = await city.owner("insights")
    await owner.execute("TRUNCATE need_episode, need_pause, need_month, contact_wait, wait_month")
    await owner.close()


async def both_ways(city: City, month: str, category: str | None) -> tuple[list[Any], list[Any]]:
    async with city.house("insights").database.work(EVERYBODY) as session:
        kept = await mapping.waits_of_month(session, month, category=category)
        counted = await mapping.waits_of_period(session, month_span(month).period, category=category)
    return sorted(kept), sorted(counted)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=10, max_size=60), size=st.sampled_from([1, 7, 200]))
async def test_the_rollup_says_what_counting_row_by_row_says(alone: City, steps: list[list[Fact]], size: int) -> None:
    await empty(alone)
    told = [fact for step in steps for fact in step]
    for first in range(0, len(told), size):
        await hear_batch(alone, told[first : first + size])
    owner = await alone.owner("insights")
    assert [tuple(row) for row in await owner.fetch(BY_ROLLUP)] == [tuple(row) for row in await owner.fetch(BY_HAND)]
    await owner.close()
    for month in MONTHS:
        for category in (None, *CATEGORIES):
            kept, counted = await both_ways(alone, month, category)
            assert kept == counted


async def test_many_waits_of_many_places_meet_the_database_s_own_percentile(alone: City) -> None:
    """So many that the ninth tenth lies in one quarter of a day among others, or between two of them."""
    await empty(alone)
    told: list[Fact] = []
    for number in range(240):
        need, place = uuid5(HOME, f"many {number}"), ("361002100", "361002101", "361021100")[number % 3]
        told += [
            registered(need, division=place), triaged(need, CATEGORIES[number % 2], division=place),
            contacted(need, AT + timedelta(seconds=number * number * 37 % 4_000_000)),
        ]  # fmt: skip
    await hear_batch(alone, told)
    for category in (None, *CATEGORIES):
        kept, counted = await both_ways(alone, "2026-03", category)
        assert kept == counted
        assert len(kept) == 6, "three townships, two counties, one city"


async def test_a_reader_of_one_county_gets_its_waits_alone(alone: City) -> None:
    await empty(alone)
    told: list[Fact] = []
    for number, place in enumerate(("361002100", "361002101", "361021100")):
        need = uuid5(HOME, f"seen {number}")
        told += [registered(need, division=place), contacted(need, AT + timedelta(days=number + 1))]
    await hear_batch(alone, told)
    for divisions, places in (
        (("361021",), ["3610", "361021", "361021100"]),
        (("361002101",), ["3610", "361002", "361002101"]),
        ((), []),
    ):
        async with alone.house("insights").database.work(Context(actor="tests", divisions=divisions)) as session:
            kept = sorted(await mapping.waits_of_month(session, "2026-03", category=None))
        assert {row.episodes for row in kept} <= {1}
        assert [row.place for row in kept] == places
