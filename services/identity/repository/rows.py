"""Rows as values, where many are written in one statement or a name may be taken."""

from typing import Any


def columns(row: Any) -> dict[str, Any]:
    """A new row as values for a Core insert."""
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}
