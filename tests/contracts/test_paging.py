"""Lists page by cursor: each row once, whatever the size of the page."""

import json
from dataclasses import replace
from typing import Any

import pytest

from shared.kit.paging import cut
from tests.figures import Figure
from tests.given.operations import Operation, operations
from tests.given.registry import GIVEN, Ask
from tests.given.scene import Scene

LISTS = [operation for operation in operations() if operation.is_list]
ROWS = 5
every_list = pytest.mark.parametrize("operation", LISTS, ids=lambda operation: operation.name)


async def page(scene: Scene, operation: Operation, ask: Ask, **query: Any) -> dict[str, Any]:
    response = await scene.act(operation, replace(ask, query=ask.query | query), GIVEN[operation.name].by)
    assert response.is_success, response.text
    found: dict[str, Any] = response.json()
    return found


async def rows_one_by_one(scene: Scene, operation: Operation, ask: Ask, *, limit: int, most: int) -> list[str]:
    """All rows of the first pages, as text."""
    rows: list[str] = []
    after: dict[str, str] = {}
    while len(rows) < most:
        found = await page(scene, operation, ask, limit=limit, **after)
        assert len(found["items"]) <= limit
        rows += [json.dumps(row, sort_keys=True) for row in found["items"]]
        if found["next"] is None:
            break
        assert len(found["items"]) == limit
        after = {"after": found["next"]}
    return rows[:most]


@every_list
async def test_pages_of_any_size_show_each_row_once(scene: Scene, operation: Operation, figure: Figure) -> None:
    """Order by something that is not null and, after it, by the id; ask for one row more than the page holds."""
    ask = await scene.ask(operation)
    for _ in range(ROWS):
        await scene.ask(operation)
    whole = await rows_one_by_one(scene, operation, ask, limit=200, most=12)
    assert len(whole) >= 2
    for limit in (1, 3):
        assert await rows_one_by_one(scene, operation, ask, limit=limit, most=12) == whole
    assert len(set(whole)) == len(whole)
    figure("paging", rows=3 * len(whole), missed_or_twice=0)


@every_list
async def test_a_page_that_never_was_is_refused(scene: Scene, operation: Operation) -> None:
    """Read the cursor with `PageCut`, which refuses what it did not write."""
    ask, header = await scene.ask(operation), GIVEN[operation.name].by.header()
    bad = ["x" * 201, ""] if not _has_own_cursor(operation) else ["nonsense", "bm9uc2Vuc2U", "x" * 201, "", "甲"]
    for cursor in bad:
        response = await scene.call(operation, replace(ask, query=ask.query | {"after": cursor}), header)
        # Where rows are found by their own key, any key is a place to go on from; nothing is before the first.
        assert response.status_code == 422 or (cursor == "" and not _has_own_cursor(operation)), cursor
    for limit in (0, -1, 201, "many"):
        response = await scene.call(operation, replace(ask, query=ask.query | {"limit": limit}), header)
        assert response.status_code == 422, limit


def _has_own_cursor(operation: Operation) -> bool:
    return any(each.call is cut for each in operation.route.dependant.dependencies)
