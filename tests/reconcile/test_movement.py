"""While everything moves, nothing is wrong, and nothing is found."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx

from deploy.addresses import BUILT
from deploy.postgres import Cluster
from shared.kit.feed.listening import Listener, Moved
from tests.city import City, Person, running
from tests.figures import Figure
from tests.matching.people import FIRST, REFUSAL, SECOND, TUESDAY, officer, resource, system
from tests.needs.asking import asked, judged
from tests.people import HEAD, WORKER
from tests.reconcile.town import LATER, look, someone, wrong

HANG_GUARD_SECONDS = 120
MOVERS, JOURNEYS = 3, 6


async def until(act: Callable[[], Awaitable[httpx.Response]]) -> dict[str, Any]:
    """Do something as soon as its service has heard of what it needs."""
    async with asyncio.timeout(HANG_GUARD_SECONDS):
        while not (answer := await act()).is_success:
            assert answer.status_code in {404, 409}, answer.text
            await asyncio.sleep(0.05)
    body: dict[str, Any] = answer.json()
    return body


async def post(city: City, service: str, path: str, by: Person, body: Any = None) -> dict[str, Any]:
    return await until(lambda: city.post(service, path, by, body, now=LATER))


async def list_canteen(city: City, slug: str) -> str:
    path, body = f"/providers/{slug}/resources/canteen", resource(capacity=500)
    listed = await until(lambda: city.put("matching", path, system(slug), body, now=TUESDAY))
    id: str = listed["id"]
    return id


async def one_journey(city: City, canteen: str, *, number: int, ends_well: bool) -> None:
    """Asked, judged, ordered, taken or returned, done and resolved, as fast as the facts go."""
    made = await asked(city, resident=someone(number, 0), consents_to_departments=True)
    await judged(city, made, category="meals" if ends_well else "counselling")
    await city.house("needs").timers.fire_until(LATER)
    if not ends_well:
        await post(city, "needs", f"/needs/{made['id']}/withdraw", HEAD)
        return
    order = await post(city, "matching", "/orders", HEAD, {"need_id": made["id"], "resource_id": canteen})
    path, taker = f"/orders/{order['id']}", officer(FIRST)
    if number % 4 == 3:
        await post(city, "matching", f"{path}/reject", taker, REFUSAL)
        return
    for verb, body in (("accept", None), ("start", None), ("complete", {"used": 1})):
        await post(city, "matching", f"{path}/{verb}", taker, body)
    await post(city, "needs", f"/needs/{made['id']}/resolve", WORKER, {"outcome": "moved"})


async def mover(city: City, canteen: str, number: int) -> None:
    for journey in range(JOURNEYS):
        await one_journey(city, canteen, number=number * 100 + journey, ends_well=journey != 2)
        await city.house("matching").timers.fire_until(LATER)


async def hear(listener: Listener, over: asyncio.Event) -> None:
    """Listen as a running service does, and end when asked."""
    while not over.is_set():
        with suppress(Moved):
            if not await listener.step():
                await asyncio.sleep(0.02)


async def test_while_everything_moves_nothing_is_a_false_alarm(cluster: Cluster, folder: Path, figure: Figure) -> None:
    async with running(cluster, folder, BUILT) as city:
        # The thousands of reference rows first: they are no movement, and take a loaded machine minutes.
        await city.settle()
        over = asyncio.Event()
        hearing = asyncio.gather(*(hear(each, over) for name in city.apps for each in city.house(name).listeners))
        canteens = [await list_canteen(city, slug) for slug in (FIRST, SECOND)]
        moving = asyncio.gather(*(mover(city, canteens[0], number) for number in range(MOVERS)))
        promises = cycle((service, name) for service in city.apps for name in city.house(service).reconciler.promises)
        looks, alarms = 0, list[str]()
        while not moving.done():
            service, name = next(promises)
            alarms += wrong([await city.house(service).reconciler.look(name, at=LATER)])
            looks += 1
        await moving
        over.set()
        await hearing
        alarms += wrong(await look(city, at=LATER))
    assert alarms == []
    assert looks >= 20
    figure("R16", promises_looked_at_in_movement=looks, false_alarms=len(alarms))
