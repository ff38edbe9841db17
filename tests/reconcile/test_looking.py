"""Who looks and when: each promise at night by a timer, all of them by command; what is found is written down."""

from dataclasses import replace
from datetime import datetime, timedelta

import httpx

from shared.kit.clock import SHANGHAI
from shared.kit.feed.ears import HeardFact
from shared.kit.reconciling import RECONCILE, next_night
from shared.schemas.access import Role
from tests.city import City, Person
from tests.reconcile.town import NEXT_DAY

SERVICE = Person.of(Role.SERVICE, "service:tests")
LOST = "needs.orders_are_known_as_they_stand"


class Away(httpx.ASGITransport):
    """A service that nobody reaches."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody there", request=request)


async def due(city: City, service: str) -> dict[str, datetime]:
    """When each promise of a service is looked at next."""
    owner = await city.owner(service)
    rows = await owner.fetch("SELECT subject, due FROM timer WHERE kind = $1", RECONCILE)
    await owner.close()
    return {row["subject"]: row["due"] for row in rows}


async def lose_an_order(city: City) -> str:
    owner = await city.owner("needs")
    lost = await owner.fetchval(
        "DELETE FROM need_order WHERE order_id = (SELECT min(order_id::text)::uuid FROM need_order) RETURNING order_id"
    )
    await owner.close()
    return str(lost)


async def written(city: City) -> dict[str, tuple[str, bool]]:
    """What needs wrote down: subject, what was wrong, and whether it is healed."""
    owner = await city.owner("needs")
    rows = await owner.fetch("SELECT subject, wrong, healed_at IS NOT NULL AS healed FROM inconsistency")
    await owner.close()
    return {row["subject"]: (row["wrong"], row["healed"]) for row in rows}


async def test_every_promise_is_looked_at_every_night(town: City) -> None:
    reconciler = town.house("needs").reconciler
    await reconciler.begin()
    first = await due(town, "needs")
    assert first.keys() == reconciler.promises.keys()
    assert {moment.astimezone(SHANGHAI).hour for moment in first.values()} == {3}
    lost = await lose_an_order(town)
    night = max(first.values())
    await town.let_time_pass(night)
    assert set((await due(town, "needs")).values()) == {night + timedelta(days=1)}
    assert (await written(town))[lost] == ("missing", True)


async def test_beginning_again_sets_nothing_twice_and_forgets_what_is_no_promise(town: City) -> None:
    reconciler = town.house("matching").reconciler
    await reconciler.begin()
    owner = await town.owner("matching")
    await owner.execute(
        "INSERT INTO timer VALUES (gen_random_uuid(), $1, 'matching.kept_no_more', '2030-01-01', '{}')", RECONCILE
    )
    await owner.close()
    await reconciler.begin()
    assert (await due(town, "matching")).keys() == reconciler.promises.keys()


async def test_where_the_publisher_is_away_it_is_looked_at_an_hour_later(town: City) -> None:
    reconciler, there = town.house("needs").reconciler, town.network.hosts["matching-internal"]
    await reconciler.begin()
    night = (await due(town, "needs"))[LOST]
    town.network.hosts["matching-internal"] = Away(town.internals["matching"])
    try:
        report = await reconciler.look(LOST, at=NEXT_DAY)
        assert (report.looked, report.trouble) == (0, "matching does not answer")
        while (await due(town, "needs"))[LOST] == night:
            await town.house("needs").timers.fire_next(night, at_due_time=True)
        assert (await due(town, "needs"))[LOST] == night + timedelta(hours=1)
    finally:
        town.network.hosts["matching-internal"] = there


async def test_where_a_publishers_feed_breaks_off_that_promise_alone_is_not_told_of(town: City) -> None:
    reconciler = town.house("needs").reconciler
    heard = reconciler.listeners["matching"]
    broken = replace(heard, fetch=_breaks_off)
    owner = await town.owner("needs")
    await owner.execute("UPDATE listener_position SET position = NULL WHERE publisher = 'matching'")
    await owner.close()
    reconciler.listeners["matching"] = broken
    try:
        told = {report.promise: report.trouble for report in await reconciler.all(at=NEXT_DAY)}
    finally:
        reconciler.listeners["matching"] = heard
        await town.settle()
    assert told[LOST] == "httpx.ReadTimeout"
    assert told["needs.stations_are_known"] is None


async def _breaks_off(position: str | None) -> list[HeardFact]:
    raise httpx.ReadTimeout("too slow")


async def test_what_stays_is_told_on_the_internal_socket(town: City) -> None:
    owner = await town.owner("cases")
    await owner.execute(
        "INSERT INTO timer VALUES (gen_random_uuid(), 'unowned', 'nobody', '2026-03-10', '{}', 8, 'builtins.KeyError')"
    )
    await town.house("cases").reconciler.all(at=NEXT_DAY)
    transport, headers = town.network, SERVICE.header()
    async with httpx.AsyncClient(transport=transport, headers=headers, base_url="http://cases-internal") as client:
        [told] = (await client.get("/cases/inconsistencies")).json()
        assert (told["promise"], told["wrong"]) == (
            "kit.no_timer_given_up", "kind unowned; given_up builtins.KeyError",
        )  # fmt: skip
        await owner.execute("DELETE FROM timer WHERE given_up IS NOT NULL")
        await owner.close()
        await town.house("cases").reconciler.all(at=NEXT_DAY)
        assert (await client.get("/cases/inconsistencies")).json() == []
        assert (await client.get("/cases/standing/nothing")).status_code == 404


def test_the_night_begins_at_three() -> None:
    moment = datetime(2026, 3, 10, 2, 59, tzinfo=SHANGHAI)
    assert next_night(moment) == datetime(2026, 3, 10, 3, 0, tzinfo=SHANGHAI)
    assert next_night(moment + timedelta(minutes=1)) == datetime(2026, 3, 11, 3, 0, tzinfo=SHANGHAI)
