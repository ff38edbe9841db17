"""JSON lines: each line of a file is read and answered by itself, and the file is written in pieces."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError

from shared.kit.bulk.receiving import TooManyRows
from shared.kit.wording import Place, what_is_wrong
from shared.schemas.batches import RowError

MOST_ROWS: Final = 5000
# A long transaction would hold up every feed of the cluster.
ROWS_A_TRANSACTION: Final = 1000
Row = TypeVar("Row", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was sent, with its number."""

    number: int
    text: bytes


def lines_of(body: bytes) -> list[Line]:
    """The lines of a file that say anything.

    Raises:
        TooManyRows: it holds more than a batch may.
    """
    lines = [Line(number, text) for number, text in enumerate(body.splitlines(), start=1) if text.strip()]
    if len(lines) > MOST_ROWS:
        raise TooManyRows(MOST_ROWS)
    return lines


def pieces(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """As many lines at a time as one transaction may write."""
    waiting = iter(lines)
    while piece := list(islice(waiting, ROWS_A_TRANSACTION)):
        yield piece


def read(line: Line, form: type[Row]) -> tuple[Row | None, list[RowError]]:
    """What a line says, or what is wrong with it."""
    try:
        return form.model_validate(json.loads(line.text)), []
    except ValidationError as wrong:
        found = wrong.errors(include_url=False, include_input=False)
        return None, [RowError(pointer=_pointer(place), en=en, zh=zh) for place, en, zh in what_is_wrong(found)]
    except (ValueError, RecursionError):
        return None, [RowError(pointer="#", en="This line is not valid JSON.", zh="该行不是有效的 JSON。")]


def _pointer(place: Place) -> str:
    return "/".join(["#", *map(str, place)])
