"""Rows as a CSV sheet that opens right: a BOM so that Chinese is read as UTF-8, codes as text, formulas defused."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

BOM: Final = "\ufeff"
# What a spreadsheet would take for the beginning of a formula.
RUNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Unseen in a cell, and it keeps a spreadsheet from taking a code for a number or a month for a day.
AS_TEXT: Final = "\t"


def sheet(rows: Iterable[Mapping[str, Any]], *, columns: Sequence[str] = ()) -> bytes:
    """A line for each row. A field within a field has a column of its own, `outer.inner`; a list is one cell."""
    flat = [dict(_flat(row)) for row in rows]
    names = list(dict.fromkeys(name for row in flat for name in row)) or list(columns)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([_cell(row.get(name)) for name in names] for row in flat)
    return (BOM + text.getvalue()).encode()


def _flat(row: Mapping[str, Any], *outer: str) -> Iterable[tuple[str, Any]]:
    for name, value in row.items():
        if isinstance(value, Mapping):
            yield from _flat(value, *outer, name)
        else:
            yield ".".join((*outer, name)), value


def _cell(value: Any) -> str | int | float:
    """A number stays a number; everything else is text, and stays so."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return value
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _text("; ".join(_part(each) for each in value))
    return _text(str(value))


def _part(value: Any) -> str:
    if isinstance(value, Mapping):
        return " ".join(f"{name}={part}" for name, part in value.items())
    return str(value)


def _text(value: str) -> str:
    if value.lstrip().startswith(RUNS) or value.startswith(RUNS):
        return f"'{value}"
    return AS_TEXT + value if value[:1].isdigit() else value
