"""S1: who may do what is a table, and the table is tested: every operation, every role, seven stances.

A refusal changes nothing, so one thing serves all refusals; each caller who may act gets a thing of their own.
"""

from dataclasses import dataclass
from typing import Any, Final

import httpx
import pytest

from shared.schemas.access import AUDIENCES, TABLE, Grant, Reach, Role
from tests.city import Person, token
from tests.figures import Figure
from tests.given.operations import Operation, operations
from tests.given.registry import GIVEN, Ask
from tests.given.scene import Scene
from tests.kit.following import parsed
from tests.people import OTHER_STATION, STATION

SIBLING_STATION: Final = "00000000-0000-5000-8000-000000000001"
# Where a caller stands; the things of the tests all lie in the first.
SCOPES: Final[dict[str, dict[str, Any]]] = {
    "own scope": {"divisions": ("361002",), "stations": (str(STATION),), "provider": "civil_affairs"},
    "sibling township": {"divisions": ("361002101",), "stations": (SIBLING_STATION,)},
    "other county": {"divisions": ("361021",), "stations": (str(OTHER_STATION),)},
    "other department": {"provider": "health"},
}
WITHOUT_TOKEN: Final = ("no token", "expired", "wrong audience")


@dataclass(frozen=True, slots=True)
class Stance:
    """Somebody in a role, standing somewhere."""

    role: Role
    where: str

    def person(self, operation: Operation) -> Person:
        # A name for each operation: what somebody made for one of them is not theirs in the next.
        scope = SCOPES[self.where] | (GIVEN[operation.name].own if self.where == "own scope" else {})
        return Person.of(self.role, f"{self.role}, {self.where}, {operation.name}", **scope)


def bad_token(role: Role, stance: str, service: str) -> dict[str, str]:
    """The header of somebody who would be let in, were it not for the token."""
    grant = Grant(role=role, **SCOPES["own scope"])
    match stance:
        case "expired":
            made = token(grant, issued=1_700_000_000, audience=[service])
        case "wrong audience":
            made = token(grant, audience=[f"not-{service}"])
        case _:
            return {}
    return {"Authorization": f"Bearer {made}"}


def reach(operation: Operation, role: Role) -> Reach | None:
    assert operation.action is not None
    return TABLE[operation.action].get(role)


def expected(operation: Operation, stance: Stance) -> set[int]:
    """The statuses that the table lets a stance see; 200 stands for any success."""
    if operation.service not in AUDIENCES[stance.role]:
        return {401}
    far = reach(operation, stance.role)
    if far is None:
        return {403}
    if far is Reach.CITY or stance.where == "own scope" or GIVEN[operation.name].crosses:
        return {200}
    # A list is empty there; and whoever sees only their own can make something of their own anywhere.
    if operation.is_list or operation.is_stream or (far is Reach.OWN and "{" not in operation.path):
        return {200}
    if operation.is_feed:
        return {200, 403}
    if GIVEN[operation.name].in_public:
        return {403}
    # What is there already is not seen. What is made elsewhere is refused as such, or for what it names and cannot see.
    return {404} if "{" in operation.path or operation.method == "GET" else {403, 404, 422}


def _rows(operation: Operation, response: httpx.Response) -> list[Any]:
    """What a list, a feed or a stream showed."""
    if operation.is_stream:
        return [event for event in parsed(response.text) if event.name != "position"]
    shown: list[Any] = response.json()["items"] if operation.is_list else response.json() if operation.is_feed else []
    return shown


async def walk(scene: Scene, operation: Operation, stance: Stance, ask: Ask) -> str | None:
    """Call as somebody, and say what is wrong with the answer."""
    response = await scene.act(operation, ask, stance.person(operation))
    status = 200 if response.is_success else response.status_code
    may = expected(operation, stance)
    if status not in may:
        return f"{stance.role} in {stance.where}: {response.status_code}, not {sorted(may)}: {response.text[:200]}"
    far = reach(operation, stance.role)
    elsewhere = stance.where != "own scope" and far is not None and far is not Reach.CITY
    if status == 200 and elsewhere and _rows(operation, response):
        return f"{stance.role} in {stance.where} sees rows: {response.text[:200]}"
    return None


async def _walk_role(scene: Scene, operation: Operation, role: Role, shared: Ask) -> list[str | None]:
    """The seven stances of one role; the lawful call comes last, since it may end what it is made on."""
    own = Stance(role, "own scope")
    ask = await scene.ask(operation, own.person(operation)) if expected(operation, own) == {200} else shared
    found = []
    for stance in [Stance(role, where) for where in reversed(SCOPES)]:
        reads = operation.is_list or operation.is_stream
        acts = expected(operation, stance) == {200} and not reads and stance != own
        found.append(
            await walk(scene, operation, stance, await scene.ask(operation, stance.person(operation)) if acts else ask)
        )
    for missing in WITHOUT_TOKEN:
        headers = bad_token(role, missing, operation.service)
        response = await scene.call(operation, ask, headers, key="s1" if operation.needs_key else None)
        found.append(None if response.status_code == 401 else f"{role} with {missing}: {response.status_code}")
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    "operation", [each for each in operations() if each.action is not None], ids=lambda operation: operation.name
)
async def test_the_table_says_who_may(scene: Scene, operation: Operation, figure: Figure) -> None:
    """Mend the code, or the row in `shared/schemas/access/table.py`; they must say the same."""
    shared = await scene.ask(operation)
    found = [wrong for role in Role for wrong in await _walk_role(scene, operation, role, shared)]
    assert [wrong for wrong in found if wrong is not None] == []
    figure("S1", requests=len(found), wrong=0)


@pytest.mark.parametrize(
    "operation", [each for each in operations() if each.action is None], ids=lambda operation: operation.name
)
async def test_what_is_public_needs_no_token(scene: Scene, operation: Operation, figure: Figure) -> None:
    """A public address answers whoever asks, and a broken token does not hurt there."""
    for headers in ({}, {"Authorization": "Bearer nonsense"}):
        response = await scene.call(operation, await scene.ask(operation), headers)
        assert response.is_success, response.text
    figure("S1", requests=2, wrong=0)
