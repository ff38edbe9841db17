"""Sealed columns: an attribute that is plain in the program and encrypted in the row."""

from typing import Any, overload

from shared.kit import crypto


class Sealed:
    """`name = Sealed()` beside `name_sealed: Mapped[bytes | None]`: reads open the cell, writes seal it.

    The row's id is bound into the cell, so it must be set before.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self._column = name

    @overload
    def __get__(self, row: None, owner: type) -> "Sealed": ...
    @overload
    def __get__(self, row: Any, owner: type) -> str | None: ...
    def __get__(self, row: Any, owner: type) -> "Sealed | str | None":
        if row is None:
            return self
        sealed = getattr(row, f"{self._column}_sealed")
        return None if sealed is None else crypto.unseal(sealed, row.__tablename__, self._column, row.id)

    def __set__(self, row: Any, plain: str | None) -> None:
        setattr(row, f"{self._column}_sealed", sealed_cell(row.__tablename__, self._column, row.id, plain))


def sealed_cell(table: str, column: str, row: object, plain: str | None) -> bytes | None:
    """The sealed form of a value for one cell; nothing stays nothing."""
    return None if plain is None else crypto.seal(plain, table, column, row)
