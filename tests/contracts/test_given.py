"""Every operation says how it is lawfully called, so that the tests of the contract can walk it."""

import pytest

from tests.given.operations import Operation, operations
from tests.given.registry import GIVEN
from tests.given.scene import Scene


@pytest.mark.parametrize("operation", operations(), ids=lambda operation: operation.name)
def test_an_operation_has_its_given(operation: Operation) -> None:
    """Write a `given` for it in `tests/given/<service>.py`."""
    assert operation.name in GIVEN


def test_nothing_is_given_for_an_operation_that_is_gone() -> None:
    """Take the `given` out of `tests/given/<service>.py`."""
    assert set(GIVEN) <= {operation.name for operation in operations()}


@pytest.mark.parametrize("operation", operations(), ids=lambda operation: operation.name)
async def test_what_is_given_is_lawful(scene: Scene, operation: Operation) -> None:
    """Mend the `given`: its call must succeed."""
    response = await scene.act(operation, await scene.ask(operation), GIVEN[operation.name].by)
    assert response.is_success, response.text
