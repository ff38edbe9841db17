"""Lists page by cursor: `limit` at most 200, `next` is where to go on, and a row that stands still is seen once."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, tuple_

from shared.kit.errors import Unprocessable

MOST = 200
Item = TypeVar("Item")


class BadCursor(Unprocessable):
    def __init__(self) -> None:
        super().__init__(
            "`after` must be the `next` of a page of this list. Leave it out to begin at the first page.",
            zh="`after` 必须是本列表上一页给出的 `next`；不带则从第一页开始。",
        )


class Page(BaseModel, Generic[Item]):
    """One page of a list."""

    model_config = ConfigDict(frozen=True)

    items: list[Item]
    next: str | None = Field(description="Give this as `after` for the next page; null on the last one.")


class Cut(BaseModel):
    """Which page is wanted."""

    limit: int
    after: tuple[datetime, UUID] | None


def cut_of(limit: int, after: str | None) -> Cut:
    """Read the paging parameters.

    Raises:
        BadCursor: `after` is not one of ours.
    """
    return Cut(limit=limit, after=_read(after) if after is not None else None)


async def cut(
    limit: Annotated[int, Query(ge=1, le=MOST, description="Rows on a page.")] = 50,
    after: Annotated[str | None, Query(max_length=200, description="The `next` of the page before.")] = None,
) -> Cut:
    """The page that a request asks for."""
    return cut_of(limit, after)


PageCut = Annotated[Cut, Depends(cut)]


def _read(cursor: str) -> tuple[datetime, UUID]:
    try:
        moment, id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        read = datetime.fromisoformat(moment)
        if read.tzinfo is None:
            raise BadCursor
        # In UTC, as the database asks for it: at the ends of the calendar an offset leads outside.
        return read.astimezone(UTC), UUID(id)
    except (ValueError, TypeError, binascii.Error, AttributeError, RecursionError, OverflowError) as wrong:
        raise BadCursor from wrong


def _write(moment: datetime, id: UUID) -> str:
    return base64.urlsafe_b64encode(json.dumps([moment.isoformat(), str(id)]).encode()).decode().rstrip("=")


def beyond(moment: Any, id: Any, page: Cut) -> list[ColumnElement[bool]]:
    """The condition that a page begins after its cursor, for a list ordered by (moment, id), both not null."""
    return [tuple_(moment, id) > tuple_(*page.after)] if page.after else []


def paged(
    rows: Sequence[Any], page: Cut, *, key: Callable[[Any], tuple[datetime, UUID]], view: Callable[[Any], Item]
) -> Page[Item]:
    """A page from `limit + 1` rows: the one too many only tells that there is more."""
    shown = rows[: page.limit]
    more = _write(*key(shown[-1])) if len(rows) > page.limit else None
    return Page[Item](items=[view(row) for row in shown], next=more)
