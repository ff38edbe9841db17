"""The internal addresses that every service has."""

from deploy.addresses import BUILT
from shared.schemas.access import Role
from tests.city import Person
from tests.given.registry import Ask, Making, given
from tests.given.scene import MOMENT, Scene

# Who tells where its subjects stand, and one kind of them.
TOLD = {"needs": "need", "matching": "order", "cases": "station", "feedback": "survey", "identity": "revocation"}
MACHINE = Person.of(Role.SERVICE, "service:tests")


async def read_feed(scene: Scene, who: Person) -> Ask:
    return Ask(query={"limit": 5})


async def advance_clock(scene: Scene, who: Person) -> Ask:
    return Ask(body={"to": MOMENT.isoformat()})


def read_standing(kind: str) -> Making:
    async def read(scene: Scene, who: Person) -> Ask:
        return Ask(path={"kind": kind}, query={"limit": 5})

    return read


async def read_inconsistencies(scene: Scene, who: Person) -> Ask:
    return Ask()


for _service in BUILT:
    given(f"GET /{_service}/facts", by=MACHINE)(read_feed)
    given(f"POST /{_service}/clock", by=MACHINE)(advance_clock)
    given(f"GET /{_service}/inconsistencies", by=MACHINE)(read_inconsistencies)
for _service, _kind in TOLD.items():
    given(f"GET /{_service}/standing/{{kind}}", by=MACHINE)(read_standing(_kind))
