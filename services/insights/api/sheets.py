"""Any list of figures as a sheet, for those who ask for `text/csv`; it opens right in a spreadsheet."""

from collections.abc import Sequence
from typing import Annotated, Any, Final, TypeVar

from fastapi import Header, Response

from services.insights.rules.sheet import sheet
from shared.schemas.forms import View

CSV: Final = "text/csv"
Accepted = Annotated[
    str, Header(alias="Accept", include_in_schema=False, description="`text/csv` for a sheet; JSON otherwise.")
]
IN_A_SHEET: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "As JSON, or with `Accept: text/csv` its rows as a sheet: UTF-8 with BOM, a column for each"
        " field, codes as text, nothing that a spreadsheet would run.",
        "headers": {
            "Content-Disposition": {
                "description": "The sheet's file name; only with `text/csv`.",
                "schema": {"type": "string"},
            },
        },
        "content": {CSV: {"schema": {"type": "string"}, "example": "\ufeffindicator,value\r\ncompletion,0.92\r\n"}},
    }
}
Shown = TypeVar("Shown", bound=View)


def shown(accept: str, view: Shown, rows: Sequence[View], *, name: str) -> Shown | Response:
    """The view itself, or its rows as a sheet of that name."""
    if not _wants_csv(accept):
        return view
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Vary": "Accept"}
    columns = type(rows[0]).model_fields if rows else None
    written = sheet([row.model_dump(mode="json") for row in rows], columns=list(columns or ()))
    return Response(written, media_type=f"{CSV}; charset=utf-8", headers=headers)


def _wants_csv(accept: str) -> bool:
    """Whether a sheet is named, and before JSON where that is named too."""
    kinds = [part.split(";")[0].strip().lower() for part in accept.split(",")]
    if CSV not in kinds:
        return False
    return "application/json" not in kinds or kinds.index(CSV) < kinds.index("application/json")
