"""Reading the rows: a file or a folder is named after its table, and each record is checked by the table's model.

A record holds the body's fields flat, with `valid_from`, `valid_to` (where it ends) and `source`. In a sheet an empty
cell is no value, a column `supporting[]` is a list parted by spaces, and `amount.value` is a field within a field.
Divisions come from the publishers' own sheets, joined in `divisions.py`.
"""

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from shared.reference.divisions import alias_rows, division_rows
from shared.schemas.reference import TABLES, ReferenceRow

FOLDER = files("shared.reference")


def all_rows() -> Iterator[ReferenceRow]:
    """Every row of the reference data, table by table, in the order in which tables are defined."""
    for table in TABLES:
        yield from rows_of_table(table)


def rows_of_table(table: str) -> Iterator[ReferenceRow]:
    """The rows of one table."""
    if table == "division":
        yield from division_rows(FOLDER / "divisions")
    if table == "division_alias":
        yield from alias_rows(FOLDER / "divisions")
    for record in _records(table):
        yield _row(table, record)


def _records(table: str) -> Iterator[dict[str, Any]]:
    folder = FOLDER / table
    if folder.is_dir():
        for file in sorted(folder.iterdir(), key=lambda each: each.name):
            yield from _read(file)
    for suffix in (".json", ".csv"):
        file = FOLDER / f"{table}{suffix}"
        if file.is_file():
            yield from _read(file)


def _read(file: Traversable) -> Iterable[dict[str, Any]]:
    text = file.read_text(encoding="utf-8")
    if file.name.endswith(".json"):
        records: list[dict[str, Any]] = json.loads(text)
        return records
    return [_unfold(cells) for cells in csv.DictReader(text.splitlines())]


def _unfold(cells: dict[str, str]) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for column, cell in cells.items():
        if column.endswith("[]"):
            record[column.removesuffix("[]")] = cell.split()
        elif cell:
            *outer, name = column.split(".")
            place = record.setdefault(outer[0], {}) if outer else record
            place[name] = cell
    return record


def _row(table: str, record: dict[str, Any]) -> ReferenceRow:
    period = {name: record.pop(name) for name in ("valid_from", "valid_to") if name in record}
    source = record.pop("source")
    return ReferenceRow.of(
        TABLES[table].model_validate(record),
        valid_from=date.fromisoformat(period["valid_from"]),
        valid_to=date.fromisoformat(period["valid_to"]) if "valid_to" in period else None,
        source=source,
    )
