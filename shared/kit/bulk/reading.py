"""Reading a file as it arrives: its rows, one after another, each as a line of JSON or as what is wrong with it.

No more of the file is in memory than its present row and what arrived with it. A newline is one byte in both
alphabets that are read, so rows are cut before their letters are looked at.
"""

import csv
from collections.abc import Iterator
from typing import Final, NamedTuple, Protocol

import orjson
from pydantic import BaseModel

from shared.kit.bulk.columns import Columns
from shared.kit.bulk.letters import Letters
from shared.kit.errors import WrongKind

JSON_LINES: Final = ("application/x-ndjson", "application/jsonl")
CSV: Final = "text/csv"
MOST_ROW_BYTES: Final = 256 * 1024
# So much is looked at, at the beginning, to tell what letters the file is written in.
LOOK_BYTES: Final = 64 * 1024


class Row(NamedTuple):
    """A row as it was read: its number, and its JSON; or, begun with `!`, what is wrong with it."""

    number: int
    text: bytes


class NotARowFile(WrongKind):
    def __init__(self) -> None:
        super().__init__(
            "Send JSON lines (one object a line, Content-Type application/x-ndjson) or CSV (with a header row,"
            " Content-Type text/csv).",
            zh="请发送 JSON Lines（每行一个对象，Content-Type 为 application/x-ndjson）或 CSV（首行为列名，Content-Type"
            " 为 text/csv）。",
        )


class Reader(Protocol):
    """Rows out of whole lines."""

    def take(self, line: bytes) -> Row | None:
        """The next line of the file, without its end; the row that is whole with it, if one is."""
        ...

    def too_long(self) -> Row:
        """A line came that is longer than any row."""
        ...

    def end(self) -> Row | None:
        """The file has ended: the row that was begun, if any."""
        ...


class Lines:
    """Cuts what arrives into lines and gives them to the reader. A line without end is told of, and passed over."""

    def __init__(self, reader: Reader, letters: Letters) -> None:
        self._reader, self._letters = reader, letters
        self._rest, self._began, self._skips = b"", False, False

    def feed(self, chunk: bytes, *, is_last: bool = False) -> Iterator[Row]:
        """What arrived; the rows that are whole now."""
        self._rest += chunk
        if not self._began:
            if len(self._rest) < LOOK_BYTES and not is_last:
                return
            self._rest, self._began = self._letters.look(self._rest), True
        *whole, self._rest = self._rest.split(b"\n")
        for line in whole:
            yield from self._line(line)
        if len(self._rest) > MOST_ROW_BYTES:
            if not self._skips:
                yield self._reader.too_long()
            self._rest, self._skips = b"", True
        if is_last:
            yield from self._line(self._rest)
            if (row := self._reader.end()) is not None:
                yield row

    def _line(self, line: bytes) -> Iterator[Row]:
        if self._skips:
            self._skips = False
            return
        row = self._reader.too_long() if len(line) > MOST_ROW_BYTES else self._reader.take(line.removesuffix(b"\r"))
        if row is not None:
            yield row


class JsonLines:
    """Each line is a row; blank ones are counted and say nothing."""

    def __init__(self, letters: Letters) -> None:
        self._letters, self._number = letters, 0

    def take(self, line: bytes) -> Row | None:
        self._number += 1
        if not line.strip():
            return None
        text = self._letters.read(line)
        return Row(self._number, b"!letters" if text is None else _one_line(text.encode()))

    def too_long(self) -> Row:
        self._number += 1
        return Row(self._number, b"!long")

    def end(self) -> Row | None:
        return None


def _one_line(text: bytes) -> bytes:
    """A row that begins like one of our own marks, or breaks off inside, is no JSON."""
    return b"!json" if text.startswith(b"!") or b"\r" in text else text


class CsvRows:
    """Rows of a table with a header; a cell in quotes may run over several lines."""

    def __init__(self, letters: Letters, form: type[BaseModel]) -> None:
        self._letters, self._form = letters, form
        self._number, self._begun, self._delimiter = 0, b"", ","
        self._columns: Columns | None = None

    def take(self, line: bytes) -> Row | None:
        begun = self._begun + b"\n" + line if self._begun else line
        if begun.count(b'"') % 2:
            if len(begun) <= MOST_ROW_BYTES:
                self._begun = begun
                return None
            return self.too_long()
        self._begun = b""
        return self._record(begun)

    def too_long(self) -> Row:
        self._begun = b""
        return self._row(b"!quote")

    def end(self) -> Row | None:
        return self._row(b"!quote") if self._begun else None

    def _row(self, text: bytes) -> Row:
        self._number += 1
        return Row(self._number, text)

    def _record(self, record: bytes) -> Row | None:
        text = self._letters.read(record)
        if text is None:
            return self._row(b"!letters")
        if self._columns is None:
            self._delimiter = max(",;\t", key=text.count)
            self._columns = Columns(self._form, self._cells(text) or [])
            self._number += 1
            return None
        cells = self._cells(text)
        if cells is not None and not any(cells):
            self._number += 1
            return None
        return self._row(self._json(cells))

    def _cells(self, text: str) -> list[str] | None:
        try:
            return [cell.strip() for cell in next(csv.reader([text], delimiter=self._delimiter, strict=True), [])]
        except csv.Error:
            return None

    def _json(self, cells: list[str] | None) -> bytes:
        assert self._columns is not None
        if cells is None:
            return b"!quote"
        if any(cells[len(self._columns) :]):
            return b"!cells"
        try:
            return orjson.dumps(self._columns.object_of(cells))
        except orjson.JSONEncodeError:  # a cell's document is deeper than any that is read
            return b"!json"


def reader_for(content_type: str, form: type[BaseModel]) -> Lines:
    """The reader of a file by what its sender says it is.

    Raises:
        NotARowFile: it is said to be something else.
    """
    media, _, parameters = content_type.partition(";")
    kind, charset = media.strip().lower(), parameters.lower().partition("charset=")[2]
    letters = Letters(charset.partition(";")[0])
    if kind in JSON_LINES:
        return Lines(JsonLines(letters), letters)
    if kind == CSV:
        return Lines(CsvRows(letters, form), letters)
    raise NotARowFile
