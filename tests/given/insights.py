"""How each operation of insights is lawfully called."""

from shared.schemas.access import Role
from tests.city import Person
from tests.given.registry import Ask, given
from tests.given.scene import Scene
from tests.people import TOWNSHIP

MANAGER = Person.of(Role.COUNTY_MANAGER, divisions=("361002",))


async def about_the_township(scene: Scene, who: Person) -> Ask:
    return Ask(query={"division": TOWNSHIP})


for _read in ("response-times", "episodes", "indicators", "lists", "packages"):
    given(f"GET /insights/v1/{_read}", by=MANAGER)(about_the_township)


@given("GET /insights/v1/heatmap", by=MANAGER, crosses=True)
async def read_heat_map(scene: Scene, who: Person) -> Ask:
    return Ask(query={"layer": "need", "level": "county", "month": "2026-03"})
