"""A file brought in by the front door, piece by piece; what was cut off goes on where it was.

How far a file is stands in a note beside it. A piece whose answer was lost is sent again: rows have their sender's
own keys, so what is there already is no change. No more of the file is in memory than one piece.
"""

import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import httpx

from deploy.progress import Seen
from deploy.refusals import Refusal

KINDS = {".jsonl": "application/x-ndjson", ".ndjson": "application/x-ndjson", ".csv": "text/csv"}
CSV = "text/csv"
# As many as the platform writes in one transaction; after a cut no more than these are sent twice.
ROWS_A_PIECE = 1000
PATIENCE_SECONDS = 120.0
TRIES = 6
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
BUSY = (429, 502, 503, 504)
ACCEPTED = 202
LOOK_SECONDS = 1.0
# A quote that never ends would make one row of the rest; the platform says what is wrong with it.
LONGEST_ROW_BYTES = 256 * 1024


class ImportCut(Refusal):
    """The line dropped and did not come back."""

    def __init__(self, row: int, why: str) -> None:
        super().__init__(
            f"Nobody answers ({why}). Run the same command again later: it goes on at row {row}.\n"
            f"无应答（{why}）。稍后重新执行同一命令，将从第 {row} 行继续。"
        )


class ImportRefused(Refusal):
    """The platform does not take the file at all."""

    def __init__(self, row: int, answer: httpx.Response) -> None:
        super().__init__(
            f"The platform answered {answer.status_code} at row {row}: {_said(answer)}\n"
            f"平台在第 {row} 行返回 {answer.status_code}。修正后重新执行同一命令即可继续。"
        )


class CannotImport(Refusal):
    """The file is of another kind, or nobody says who sends it."""


def kind_of(file: Path) -> str:
    """The kind of a file, by its name.

    Raises:
        CannotImport: it is of no kind that is taken.
    """
    kind = KINDS.get(file.suffix.lower())
    if kind is None:
        raise CannotImport(
            f"{file.name} must be JSON lines (.jsonl, .ndjson) or CSV (.csv, its first row the names of the columns).\n"
            f"{file.name} 应为 JSON Lines（.jsonl、.ndjson）或 CSV（.csv，首行为列名）。"
        )
    return kind


@dataclass(slots=True)
class Done:
    """How far a file is: bytes and rows that were answered, a digest of those bytes, and what became of the rows."""

    bytes: int = 0
    rows: int = 0
    digest: str = hashlib.sha256().hexdigest()
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows, and the number of the first of them in the file; a table's header is its row 1."""

    first: int
    body: bytes
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One file on its way to one address."""

    file: Path
    path: str
    client: httpx.Client
    # Asked before each piece: a token lasts ten minutes, and a long file longer.
    token: Callable[[], str]
    rows_a_piece: int = ROWS_A_PIECE
    pause: Callable[[float], None] = time.sleep

    @property
    def is_table(self) -> bool:
        return kind_of(self.file) == CSV

    @property
    def note(self) -> Path:
        return self.file.with_name(self.file.name + ".import.json")

    @property
    def faults(self) -> Path:
        return self.file.with_name(self.file.name + ".faults.jsonl")

    def run(self, seen: Seen) -> Done:
        """Bring in what is left of the file, and tell of each piece.

        Raises:
            ImportCut: the line dropped for good.
            ImportRefused: the platform does not take it.
        """
        done, whole = self._begin(), self.file.stat().st_size
        running = hashlib.sha256(self._head(done.bytes))
        seen(done.bytes, whole)
        for piece in self._pieces(done):
            answer = self._sent(piece)
            running.update(piece.body)
            done.bytes, done.rows = done.bytes + len(piece.body), done.rows + piece.rows
            done.digest = running.hexdigest()
            done.counts = dict(Counter(done.counts) + Counter(_counts(answer)))
            self._keep_faults(piece, answer)
            self._write(done)
            seen(done.bytes, whole)
        self.note.unlink(missing_ok=True)
        return done

    def _begin(self) -> Done:
        """Where the note says, if the file still begins as it did; else at its first line."""
        try:
            done = Done(**json.loads(self.note.read_text("utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            done = Done()
        if hashlib.sha256(self._head(done.bytes)).hexdigest() != done.digest:
            done = Done()
        if not done.bytes:
            self.faults.unlink(missing_ok=True)
        return done

    def _head(self, size: int) -> bytes:
        with self.file.open("rb") as read:
            return read.read(size)

    @property
    def header(self) -> bytes:
        """The first row of a table, which goes before each piece of it."""
        with self.file.open("rb") as read:
            return next(_rows_of_table(read), b"") if self.is_table else b""

    def _pieces(self, done: Done) -> Iterator[Piece]:
        """What is left. The header belongs to the first piece of a table, and is sent with the others again."""
        number = done.rows
        with self.file.open("rb") as read:
            read.seek(done.bytes)
            rows = _rows_of_table(read) if self.is_table else iter(read)
            while taken := list(islice(rows, self.rows_a_piece + (self.is_table and not number))):
                yield Piece(number + 1, b"".join(taken), len(taken))
                number += len(taken)

    def _sent(self, piece: Piece) -> Mapping[str, Any]:
        """A piece's answer, however often it must be sent; nothing is doubled by that."""
        body = piece.body if piece.first == 1 else self.header + piece.body
        answer = self._asked(piece, "POST", self.path, content=body, headers={"Content-Type": kind_of(self.file)})
        if answer.status_code != ACCEPTED:
            told: Mapping[str, Any] = answer.json()
            return told
        return self._followed(piece, answer.headers["location"])

    def _followed(self, piece: Piece, place: str) -> Mapping[str, Any]:
        """What became of a piece that was taken and put off for a moment."""
        while (batch := self._asked(piece, "GET", place).json())["status"] not in ("done", "failed"):
            self.pause(LOOK_SECONDS)
        if batch["status"] == "failed":
            raise ImportCut(piece.first, "failed")
        refused = self._asked(piece, "GET", f"{place}/report", params={"outcome": "refused"})
        return {"counts": batch["counts"], "rows": [json.loads(line) for line in refused.text.splitlines()]}

    def _asked(self, piece: Piece, method: str, path: str, **request: Any) -> httpx.Response:
        """One call, tried again while nobody answers or all are busy.

        Raises:
            ImportCut: for too long.
            ImportRefused: it was answered, and refused.
        """
        why = ""
        for turn in range(TRIES):
            wait = FIRST_PAUSE_SECONDS * 2**turn
            headers = {"Authorization": f"Bearer {self.token()}"} | request.get("headers", {})
            try:
                answer = self.client.request(method, path, **request | {"headers": headers})
            except httpx.TransportError as dropped:
                why = type(dropped).__name__
            else:
                if answer.is_success:
                    return answer
                if answer.status_code not in BUSY:
                    raise ImportRefused(piece.first, answer)
                why, wait = str(answer.status_code), _asked_to_wait(answer, wait)
            if turn < TRIES - 1:
                self.pause(min(wait, LONGEST_PAUSE_SECONDS))
        raise ImportCut(piece.first, why)

    def _keep_faults(self, piece: Piece, answer: Mapping[str, Any]) -> None:
        """Rows that were not taken, by their number in the whole file, for whoever mends them."""
        # A header that was sent again counts in the answer, and not in the file.
        before = piece.first - 1 - (self.is_table and piece.first > 1)
        refused = [row | {"number": row["number"] + before} for row in answer["rows"] if row.get("errors")]
        if refused:
            with self.faults.open("a", encoding="utf-8") as written:
                written.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in refused)

    def _write(self, done: Done) -> None:
        fresh = self.note.with_name(self.note.name + ".new")
        fresh.write_text(json.dumps(asdict(done)), "utf-8")
        fresh.rename(self.note)


def _rows_of_table(read: BinaryIO) -> Iterator[bytes]:
    """The rows of a table as they stand; within quotes a row goes on in the next line."""
    row = b""
    for line in read:
        row += line
        # No letter of UTF-8 or GB18030 has a quote's byte in it.
        if row.count(b'"') % 2 == 0 or len(row) > LONGEST_ROW_BYTES:
            yield row
            row = b""
    if row:
        yield row


def _counts(answer: Mapping[str, Any]) -> dict[str, int]:
    return {name: count for name, count in answer["counts"].items() if count}


def _asked_to_wait(answer: httpx.Response, otherwise: float) -> float:
    asked = answer.headers.get("retry-after", "")
    return float(asked) if asked.isdecimal() else otherwise


def _said(answer: httpx.Response) -> str:
    try:
        told = answer.json()
        return f"{told.get('detail', '')} {told.get('detail_zh', '')}".strip()
    except ValueError:
        return answer.text[:200]
