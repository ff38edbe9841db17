"""Examples for the documentation, made from the schemas: where a field names an example, that; else one that fits."""

from collections.abc import Callable, Mapping
from typing import Any, Final

Schema = Mapping[str, Any]

BY_FORMAT: Final[dict[str, str]] = {
    "uuid": "0197f0c4-6f3a-7b5e-9d2b-0c7f3a1e5d10",
    "date": "2026-03-10",
    "date-time": "2026-03-10T10:00:00+08:00",
    "time": "08:30:00",
    "uri": "http://127.0.0.1:8000/",
    "password": "…",
}


def example_of(schema: Schema, schemas: Mapping[str, Schema]) -> Any:
    """A value that the schema takes; `schemas` are the named ones that it may point to."""
    if schema.get("examples"):
        return schema["examples"][0]
    for said in ("example", "const", "default"):
        if schema.get(said) is not None:
            return schema[said]
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if schema.get("enum"):
        return schema["enum"][0]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return example_of(schema[several][0], schemas)
    return MAKE.get(schema.get("type", "null"), _nothing)(schema, schemas)


def _nothing(_: Schema, __: Mapping[str, Schema]) -> Any:
    return None


def _object(schema: Schema, schemas: Mapping[str, Schema]) -> dict[str, Any]:
    required = schema.get("required", ())
    shown = {name: field for name, field in schema.get("properties", {}).items() if name in required or _helps(field)}
    return {name: example_of(field, schemas) for name, field in shown.items()}


def _helps(field: Schema) -> bool:
    """Whether a part that may be left out is worth showing: some exclude one another."""
    return bool(field.get("examples")) or field.get("default") is not None


def _array(schema: Schema, schemas: Mapping[str, Schema]) -> list[Any]:
    items = schema.get("items")
    return [example_of(items, schemas)] if items and schema.get("maxItems") != 0 else []


def _string(schema: Schema, _: Mapping[str, Schema]) -> str:
    return BY_FORMAT.get(schema.get("format", ""), "示例")


def _number(schema: Schema, _: Mapping[str, Schema]) -> Any:
    return schema.get("minimum", 1)


def _yes(_: Schema, __: Mapping[str, Schema]) -> bool:
    return True


MAKE: Final[dict[str, Callable[[Schema, Mapping[str, Schema]], Any]]] = {
    "object": _object, "array": _array, "string": _string, "integer": _number, "number": _number, "boolean": _yes,
}  # fmt: skip
