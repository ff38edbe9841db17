"""The columns of a table as the fields of a form: `point.lng` is a field within a field, lists have `;` between."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel

from shared.kit.errors import Unprocessable

Schema = Mapping[str, Any]
BETWEEN: Final = str.maketrans("；", ";")


class UnknownColumns(Unprocessable):
    """The header of a table names what no row may hold."""

    def __init__(self, names: Sequence[str], known: Sequence[str]) -> None:
        listed = ", ".join(known)
        super().__init__(
            "The header row names columns that are not known here; correct them, or leave them out. Known are:"
            f" {listed}. A field within a field is written with a dot (point.lng).",
            zh=f"首行（列名）中有无法识别的列，请更正或删去。可用的列名：{listed}。下级字段用点号，例如 point.lng。",
            errors=[{"pointer": f"#/{name}", "detail": "no such column", "zh": "没有这一列"} for name in names],
        )


class EmptyHeader(Unprocessable):
    def __init__(self) -> None:
        super().__init__(
            "The first row of the table must be its header: the names of the columns.",
            zh="表格第一行须为列名（表头），请补充后重新提交。",
        )


class Columns:
    """A header that was read, by the form that its rows take."""

    def __init__(self, form: type[BaseModel], header: Sequence[str]) -> None:
        """Understand a header.

        Raises:
            UnknownColumns: it names columns that the form has not.
            EmptyHeader: it names none.
        """
        schema = form.model_json_schema()
        found = [_kind_of(name, schema) for name in header]
        unknown = [name[:60] for name, kind in zip(header, found, strict=True) if name and kind is None]
        if not any(header):
            raise EmptyHeader
        if unknown:
            raise UnknownColumns(unknown, sorted(schema["properties"]))
        self._columns = [(name.split("."), kind or "") for name, kind in zip(header, found, strict=True)]

    def __len__(self) -> int:
        return len(self._columns)

    def object_of(self, cells: Sequence[str]) -> dict[str, Any]:
        """A row as the object it stands for; an empty cell says nothing."""
        made: dict[str, Any] = {}
        for (path, kind), cell in zip(self._columns, cells, strict=False):
            if cell and path[0]:
                _put(made, path, _value(cell, kind))
        return made


def _put(made: dict[str, Any], path: Sequence[str], value: Any) -> None:
    for step in path[:-1]:
        if not isinstance(made.get(step), dict):
            made[step] = {}
        made = made[step]
    made[path[-1]] = value


def _value(cell: str, kind: str) -> Any:
    """A cell as its field takes it: lists and documents as they are meant, all else as the text it is."""
    if kind in ("array", "object") and cell[0] in "[{":
        try:
            return json.loads(cell)
        except (ValueError, RecursionError):
            return cell
    if kind == "array":
        return [part.strip() for part in cell.translate(BETWEEN).split(";") if part.strip()]
    return cell


def _kind_of(name: str, schema: Schema) -> str | None:
    """What a column holds, as the form's schema calls it; None where there is no such field."""
    here: Schema | None = schema
    for step in name.split("."):
        here = _field(here, step, schema) if here is not None else None
    return None if here is None else _type(here, schema)


def _field(within: Schema, name: str, root: Schema) -> Schema | None:
    for each in _choices(within, root):
        if name in each.get("properties", {}):
            found: Schema = each["properties"][name]
            return found
    return None


def _type(field: Schema, root: Schema) -> str:
    return next((each["type"] for each in _choices(field, root) if each.get("type", "null") != "null"), "string")


def _choices(field: Schema, root: Schema) -> Iterator[Schema]:
    """What a field may be, with its references followed."""
    if "$ref" in field:
        yield from _choices(root["$defs"][field["$ref"].rpartition("/")[2]], root)
    elif "anyOf" in field:
        for each in field["anyOf"]:
            yield from _choices(each, root)
    else:
        yield field
