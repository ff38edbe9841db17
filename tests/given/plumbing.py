"""The internal addresses that every service has."""

from deploy.addresses import BUILT
from shared.schemas.access import Role
from tests.city import Person
from tests.given.registry import Ask, given
from tests.given.scene import MOMENT, Scene

MACHINE = Person.of(Role.SERVICE, "service:tests")


async def read_feed(scene: Scene, who: Person) -> Ask:
    return Ask(query={"limit": 5})


async def advance_clock(scene: Scene, who: Person) -> Ask:
    return Ask(body={"to": MOMENT.isoformat()})


for _service in BUILT:
    given(f"GET /{_service}/facts", by=MACHINE)(read_feed)
    given(f"POST /{_service}/clock", by=MACHINE)(advance_clock)
