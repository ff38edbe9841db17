"""R7: nobody's edit vanishes, at every operation that edits."""

import asyncio
from dataclasses import replace

import httpx
import pytest

from tests.figures import Figure
from tests.given.operations import Operation, named, operations
from tests.given.registry import GIVEN
from tests.given.scene import Scene

EDITS = [operation for operation in operations() if operation.is_edit]
every_edit = pytest.mark.parametrize("operation", EDITS, ids=lambda operation: operation.name)


async def race(scene: Scene, operation: Operation, *, runners: int) -> list[httpx.Response]:
    """Many edits of one version at once."""
    who = GIVEN[operation.name].by
    ask = await scene.ask(operation)
    return await asyncio.gather(*(scene.call(operation, ask, who.header()) for _ in range(runners)))


def assert_one_winner(responses: list[httpx.Response]) -> None:
    assert sum(response.is_success for response in responses) == 1
    # Two who write a new thing at the same moment: the later hears that somebody else is at it.
    assert {response.status_code for response in responses if not response.is_success} <= {409, 412}


@every_edit
async def test_an_edit_names_its_version(scene: Scene, operation: Operation, figure: Figure) -> None:
    """Take `IfMatch` in the endpoint; it answers 428 for itself."""
    ask = replace(await scene.ask(operation), version=None)
    for headers in ({}, {"If-Match": "*"}, {"If-Match": 'W/"x"'}, {"If-Match": ""}):
        response = await scene.call(operation, ask, GIVEN[operation.name].by.header() | headers)
        assert response.status_code == 428, response.text
    figure("R7", edits=4, lost=0)


@every_edit
async def test_a_stale_edit_is_told_the_present_version(scene: Scene, operation: Operation, figure: Figure) -> None:
    """Call `require_version` with the row locked."""
    who, ask = GIVEN[operation.name].by, await scene.ask(operation)
    first = await scene.call(operation, ask, who.header())
    assert first.is_success, first.text
    stale = await scene.call(operation, ask, who.header())
    assert stale.status_code == 412, stale.text
    assert stale.headers["etag"] == first.headers["etag"]
    current = replace(ask, version=int(stale.headers["etag"].strip('"')))
    assert (await scene.call(operation, current, who.header())).is_success
    figure("R7", edits=3, lost=0)


@every_edit
async def test_of_many_edits_at_once_one_wins(scene: Scene, operation: Operation, figure: Figure) -> None:
    """Lock the row before its version is compared."""
    assert_one_winner(await race(scene, operation, runners=20))
    figure("R7", edits=20, lost=0)


@pytest.mark.slow
async def test_of_a_hundred_edits_at_once_one_wins(scene: Scene, figure: Figure) -> None:
    """A need in a crisis is edited from many desks."""
    assert_one_winner(await race(scene, named("PUT /needs/v1/needs/{id}"), runners=100))
    figure("R7", edits=100, lost=0)
