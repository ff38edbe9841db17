"""How each stream is lawfully followed: from its beginning, until all is told, about one new thing."""

from collections.abc import Awaitable, Callable
from typing import Final

from shared.kit.database import Context
from shared.kit.feed.reading import Position
from shared.kit.streams.reading import present
from tests.city import Person
from tests.given.case_things import new_case
from tests.given.feedback import new_complaint
from tests.given.identity import new_account
from tests.given.matching import new_order
from tests.given.needs import new_need
from tests.given.registry import Ask, Making, given
from tests.given.scene import Scene
from tests.people import COUNTY, COUNTY_ADMINISTRATOR, WORKER

Made = Callable[[Scene, Person], Awaitable[str]]


async def _need(scene: Scene, who: Person) -> str:
    id: str = (await new_need(scene, who))["id"]
    return id


async def _order(scene: Scene, who: Person) -> str:
    return await new_order(scene)


async def _case(scene: Scene, who: Person) -> str:
    id: str = (await new_case(scene))["id"]
    return id


async def _complaint(scene: Scene, who: Person) -> str:
    return (await new_complaint(scene))["id"]


async def _account(scene: Scene, who: Person) -> str:
    return await new_account(scene)


# What a stream of each service is asked about, by whom, and where the same thing is read one at a time.
THINGS: Final[dict[str, tuple[Made, Person, str]]] = {
    "needs": (_need, WORKER, "/needs/v1/needs/{id}"),
    "matching": (_order, WORKER, "/matching/v1/orders/{id}"),
    "cases": (_case, WORKER, "/cases/v1/cases/{id}"),
    "feedback": (_complaint, COUNTY, "/feedback/v1/complaints/{id}/words"),
    "identity": (_account, COUNTY_ADMINISTRATOR, "/identity/v1/accounts/{name}"),
}


async def beginning(scene: Scene, service: str) -> str:
    """The place before the first fact of a service's log."""
    context = Context(actor="tests", machine="tests")
    async with scene.city.house(service).database.work(context) as session:
        return str(Position((await present(session)).cluster, 0, 0))


def _follow(service: str, make: Made) -> Making:
    async def follow(scene: Scene, who: Person) -> Ask:
        subject = await make(scene, who)
        return Ask(query={"after": await beginning(scene, service), "subject": subject, "timeout": 0})

    return follow


for _service, (_make, _by, _) in THINGS.items():
    given(f"GET /{_service}/v1/stream", by=_by)(_follow(_service, _make))
