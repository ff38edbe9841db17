"""`fuzhou import`: a file goes in piece by piece, and whatever cuts it off, it goes on where it was."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.importing import CannotImport, Done, Import, ImportCut, ImportRefused, kind_of

PATH = "/matching/v1/providers/civil_affairs/resources/batch"
BATCH = "/matching/v1/batches/7"


class Platform:
    """A platform that takes rows, keeps them by their keys, and answers like the real one."""

    def __init__(self) -> None:
        self.rows: dict[str, str] = {}
        self.bodies: list[bytes] = []
        # What goes wrong with a call before it is taken, in order.
        self.troubles: list[Callable[[], httpx.Response | None]] = []
        self.puts_off = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.headers["authorization"] == "Bearer token"
        if request.method == "GET":
            return self._followed(request)
        if self.troubles and (answer := self.troubles.pop(0)()) is not None:
            return answer
        self.bodies.append(request.content)
        self.told = self._taken(request)
        if self.puts_off:
            return httpx.Response(202, json={}, headers={"Location": BATCH})
        return httpx.Response(200, json=self.told)

    def _taken(self, request: httpx.Request) -> dict[str, Any]:
        lines = list(enumerate(request.content.decode().splitlines(), start=1))
        if request.headers["content-type"] == "text/csv":
            assert lines.pop(0)[1] == "external_id,name"
        rows: list[dict[str, Any]] = []
        for number, line in lines:
            outcome = "refused" if "bad" in line else "unchanged" if line in self.rows else "created"
            if outcome == "created":
                self.rows[line] = line
            errors = [{"pointer": "#/name", "en": "bad", "zh": "有误"}] if outcome == "refused" else []
            rows.append({"number": number, "outcome": outcome, "errors": errors})
        outcomes = [row["outcome"] for row in rows]
        counts = {name: outcomes.count(name) for name in ("created", "changed", "unchanged", "refused")}
        return {"counts": counts, "rows": rows}

    def _followed(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == BATCH:
            return httpx.Response(200, json={"status": "done", "counts": self.told["counts"]})
        assert (request.url.path, request.url.params["outcome"]) == (f"{BATCH}/report", "refused")
        refused = [row for row in self.told["rows"] if row["errors"]]
        return httpx.Response(200, text="".join(json.dumps(row) + "\n" for row in refused))


@pytest.fixture
def there() -> Platform:
    return Platform()


def lines(count: int, *, bad: int | None = None) -> str:
    return "".join(f'{{"external_id": "{"bad" if number == bad else number}"}}\n' for number in range(1, count + 1))


def bringing(file: Path, there: Platform, *, pauses: list[float] | None = None) -> Import:
    client = httpx.Client(base_url="http://door", transport=httpx.MockTransport(there))
    pause = (pauses if pauses is not None else []).append
    return Import(file=file, path=PATH, client=client, token=lambda: "token", rows_a_piece=10, pause=pause)


def run(brought: Import) -> Done:
    return brought.run(lambda _done, _whole: None)


def written(folder: Path, text: str, name: str = "rows.jsonl") -> Path:
    file = folder / name
    file.write_text(text, "utf-8")
    return file


def gone() -> None:
    raise httpx.ConnectError("gone")


def test_a_file_goes_in_piece_by_piece_and_leaves_no_note(tmp_path: Path, there: Platform) -> None:
    file = written(tmp_path, lines(25))
    shown: list[tuple[int, int | None]] = []
    done = bringing(file, there).run(lambda now, whole: shown.append((now, whole)))
    assert (done.rows, done.counts) == (25, {"created": 25})
    assert b"".join(there.bodies) == file.read_bytes()
    assert [len(body.splitlines()) for body in there.bodies] == [10, 10, 5]
    assert shown[0] == (0, file.stat().st_size)
    assert shown[-1] == (file.stat().st_size, file.stat().st_size)
    assert [path.name for path in tmp_path.iterdir()] == ["rows.jsonl"]


def test_after_ctrl_c_it_goes_on_with_the_piece_that_was_not_answered(tmp_path: Path, there: Platform) -> None:
    file = written(tmp_path, lines(25))

    def interrupt() -> None:
        raise KeyboardInterrupt

    there.troubles = [lambda: None, interrupt]
    with pytest.raises(KeyboardInterrupt):
        run(bringing(file, there))
    done = run(bringing(file, there))
    assert (done.rows, done.counts) == (25, {"created": 25})
    assert [len(body.splitlines()) for body in there.bodies] == [10, 10, 5]


def test_an_answer_that_was_lost_is_asked_for_again_and_nothing_is_doubled(tmp_path: Path, there: Platform) -> None:
    file = written(tmp_path, lines(5))
    pauses: list[float] = []
    answer = there.__call__

    def lose(request: httpx.Request) -> httpx.Response:
        told = answer(request)
        if len(there.bodies) == 1:
            raise httpx.ReadError("cut")
        return told

    brought = Import(
        file=file, path=PATH, client=httpx.Client(base_url="http://door", transport=httpx.MockTransport(lose)),
        token=lambda: "token", pause=pauses.append,
    )  # fmt: skip
    assert run(brought).counts == {"unchanged": 5}
    assert (len(there.rows), len(pauses)) == (5, 1)


def test_a_busy_platform_is_waited_for_as_long_as_it_asks(tmp_path: Path, there: Platform) -> None:
    pauses: list[float] = []
    there.troubles = [lambda: httpx.Response(503, headers={"Retry-After": "7"}), lambda: httpx.Response(429)]
    assert run(bringing(written(tmp_path, lines(5)), there, pauses=pauses)).counts == {"created": 5}
    assert pauses == [7.0, 1.0]


def test_a_line_that_stays_dropped_is_told_with_where_it_goes_on(tmp_path: Path, there: Platform) -> None:
    there.troubles = [lambda: None, *[gone] * 6]
    file = written(tmp_path, lines(25))
    with pytest.raises(ImportCut, match=r"goes on at row 11\.\n.*从第 11 行继续"):
        run(bringing(file, there))
    assert run(bringing(file, there)).counts == {"created": 25}


def test_what_the_platform_refuses_whole_is_told_in_its_own_words(tmp_path: Path, there: Platform) -> None:
    there.troubles = [lambda: httpx.Response(403, json={"detail": "Not yours.", "detail_zh": "无权。"})]
    with pytest.raises(ImportRefused, match=r"403 at row 1: Not yours\. 无权。"):
        run(bringing(written(tmp_path, lines(5)), there))


def test_a_file_that_was_changed_meanwhile_begins_anew(tmp_path: Path, there: Platform) -> None:
    file = written(tmp_path, lines(25))
    there.troubles = [lambda: None, *[gone] * 6]
    with pytest.raises(ImportCut):
        run(bringing(file, there))
    file.write_text(lines(25).replace('"3"', '"three"'))
    assert run(bringing(file, there)).counts == {"created": 16, "unchanged": 9}


def test_rows_that_are_not_taken_are_told_by_their_number_in_the_whole_file(tmp_path: Path, there: Platform) -> None:
    brought = bringing(written(tmp_path, lines(25, bad=17)), there)
    assert run(brought).counts == {"created": 24, "refused": 1}
    assert [json.loads(line)["number"] for line in brought.faults.read_text().splitlines()] == [17]
    run(brought)
    assert len(brought.faults.read_text().splitlines()) == 1, "told once, however often it is brought in"


def test_each_piece_of_a_table_has_its_header_and_counts_like_the_spreadsheet(tmp_path: Path, there: Platform) -> None:
    rows = "".join(f"a-{number},{'bad' if number == 15 else 'x'}\r\n" for number in range(1, 26))
    brought = bringing(written(tmp_path, "external_id,name\r\n" + rows, "rows.csv"), there)
    done = run(brought)
    assert done.counts == {"created": 24, "refused": 1}
    assert [len(body.splitlines()) for body in there.bodies] == [11, 11, 6]
    assert [json.loads(line)["number"] for line in brought.faults.read_text().splitlines()] == [16]


def test_a_cell_with_a_line_break_in_it_is_never_cut(tmp_path: Path, there: Platform) -> None:
    row = '{number},"一行\n另一行"\r\n'
    text = "external_id,name\r\n" + "".join(row.format(number=number) for number in range(15))
    run(bringing(written(tmp_path, text, "rows.csv"), there))
    assert [body.count(b'"') for body in there.bodies] == [20, 10]


def test_an_escaped_quote_in_json_joins_no_lines(tmp_path: Path, there: Platform) -> None:
    text = "".join(f'{{"name": "say \\"{number}"}}\n' for number in range(12))
    run(bringing(written(tmp_path, text), there))
    assert [len(body.splitlines()) for body in there.bodies] == [10, 2]


def test_what_is_taken_and_put_off_is_followed_to_its_end(tmp_path: Path, there: Platform) -> None:
    there.puts_off = True
    brought = bringing(written(tmp_path, lines(12, bad=11)), there)
    assert run(brought).counts == {"created": 11, "refused": 1}
    assert [json.loads(line)["number"] for line in brought.faults.read_text().splitlines()] == [11]


def test_a_file_of_another_kind_is_refused_in_both_languages() -> None:
    with pytest.raises(CannotImport, match=r"JSON lines.*\n.*首行为列名"):
        kind_of(Path("rows.xlsx"))
