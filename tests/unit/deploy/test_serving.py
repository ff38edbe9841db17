"""How a service's process is set up before it serves."""

import gc
from collections.abc import Iterator

import pytest

from deploy.serve import COLLECT_EVERY, collect_seldom


@pytest.fixture
def afterwards_as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


@pytest.mark.usefixtures("afterwards_as_before")
def test_what_was_imported_is_never_looked_through_again_and_the_rest_seldom() -> None:
    collect_seldom()
    assert gc.get_freeze_count() > 10_000
    assert gc.get_threshold() == COLLECT_EVERY
