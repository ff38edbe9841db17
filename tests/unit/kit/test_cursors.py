"""Cursors and positions: ours come back as they went, everybody else's are refused as 422."""

import base64
import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from shared.kit.feed.reading import BadPosition, Position
from shared.kit.paging import BadCursor, Cut, cut_of, paged
from tests.unit.kit.calendar import at

ID = UUID("0197f0c4-6f3a-7b5e-9d2b-0c7f3a1e5d10")
positions = some.builds(
    Position,
    some.integers(min_value=0, max_value=2**63 - 1),
    some.integers(min_value=0, max_value=2**64 - 1),
    some.integers(min_value=0, max_value=2**63 - 1),
)


def cursor(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


@given(some.datetimes(timezones=some.just(UTC)), some.uuids())
def test_a_cursor_comes_back_as_it_went(moment: datetime, id: UUID) -> None:
    page = paged(
        [(moment, id), (moment, id)], Cut(limit=1, after=None), key=lambda row: (row[0], row[1]), view=lambda row: row
    )
    assert page.next is not None
    assert cut_of(1, page.next).after == (moment, id)


def test_the_last_page_has_no_next() -> None:
    page = paged([1], Cut(limit=1, after=None), key=lambda _: (at("01-01 00:00"), ID), view=lambda row: row)
    assert (page.items, page.next) == ([1], None)


@pytest.mark.parametrize(
    "content",
    [
        [], {}, None, 7, "x", ["2026-01-01T00:00:00+08:00"], [None, None], [5, str(ID)],
        ["2026-01-01T00:00:00+08:00", 5],
        ["2026-01-01T00:00:00", str(ID)], ["2026-13-01T00:00:00+08:00", str(ID)], ["2026-01-01T00:00:00+08:00", "x"],
        ["0001-01-01T00:00:00+14:00", str(ID)], ["9999-12-31T23:59:59-14:00", str(ID)],
    ],
)  # fmt: skip
def test_a_cursor_that_no_list_wrote_is_refused(content: object) -> None:
    with pytest.raises(BadCursor):
        cut_of(1, cursor(content))


@given(some.text(max_size=200))
@example("[" * 200)
@example("=")
@example("é")
def test_garbage_is_never_a_cursor(written: str) -> None:
    with pytest.raises(BadCursor):
        cut_of(1, written)


@given(positions)
def test_a_position_comes_back_as_it_went(position: Position) -> None:
    assert Position.parse(str(position)) == position


@pytest.mark.parametrize(
    "written",
    [
        "", "1", "1.2", "1.2.3.4", "-1.2.3", "1.2.x", " 1.2.3", "1..3", "１.2.3", "1.2.3 ", "1.2.9223372036854775808",
        "1.18446744073709551616.3", "9" * 20 + ".1.1", "1." + "9" * 21 + ".1", "²." * 2 + "1",
    ],
)  # fmt: skip
def test_a_position_that_no_feed_wrote_is_refused(written: str) -> None:
    with pytest.raises(BadPosition):
        Position.parse(written)


def test_positions_are_ordered_by_transaction_before_number() -> None:
    assert Position(1, 5, 900) < Position(1, 6, 1)
