"""Forms about reference rows."""

from datetime import date
from typing import Any

from pydantic import Field

from shared.schemas.forms import Form, View


class RowForm(Form):
    """A dated row as it shall be."""

    valid_from: date = Field(description="The first day.")
    valid_to: date | None = Field(default=None, description="The first day after it, or open.")
    source: str = Field(
        min_length=2, max_length=300, description="Where it comes from: a notice, a clause, a decision."
    )
    body: dict[str, Any]


class RowView(View):
    """A dated row as it is."""

    table: str
    key: str
    valid_from: date
    valid_to: date | None
    source: str
    version: int
    body: dict[str, Any]


class RowsView(View):
    """Rows of a table, by key; `next` is where to go on."""

    items: list[RowView]
    next: str | None
