"""A case as a worker reads it, and a form as a browser sends it."""

from typing import Any

import pytest

from services.console.rules import casework, multipart
from services.console.rules.case_forms import FORMS, PART_FORMS
from services.console.rules.sent_events import Event, Reader


def case(**changes: Any) -> dict[str, Any]:
    return {
        "status": "open", "stage": "planning", "consents": True, "approvals": [], "transfers": [], "assessments": [],
    } | changes  # fmt: skip


def test_the_stages_before_where_it_stands_are_past() -> None:
    assert [state for _, state in casework.steps(case())] == ["past", "past", "here", "", "", ""]
    assert {state for _, state in casework.steps(case(status="closed"))} == {"past"}


def test_nothing_more_is_asked_while_the_head_has_not_decided() -> None:
    waiting = {"act": "plan", "decided_at": None}
    assert [act for act, _ in casework.to_ask(case())] == ["plan", "closure"]
    assert casework.to_ask(case(approvals=[waiting])) == []
    assert casework.comes_next(case(approvals=[waiting])) == "正等待站长审批服务计划。"


def test_without_consent_that_comes_first() -> None:
    assert casework.comes_next(case(consents=None)).startswith("先取得本人对个案服务的同意")


def test_scores_that_were_left_out_are_not_sent() -> None:
    body = FORMS["assessments"].body({"score_mind": "2", "score_body": "", "is_evaluation": "yes", "words": ""})
    assert body == {"scores": {"mind": 2}, "is_evaluation": True}


def test_how_somebody_stands_is_sent_only_where_they_were_reached() -> None:
    record = PART_FORMS["follow-ups", "record"].body
    told = {"kind": "attempt", "standing": "stable", "reached": "no"}
    assert record(told) == {"kind": "attempt", "reached": False}
    assert record(told | {"reached": "yes"})["standing"] == "stable"


def form(*parts: str, boundary: str = "xYz") -> bytes:
    return "".join(f"--{boundary}\r\n{part}\r\n" for part in parts).encode() + f"--{boundary}--\r\n".encode()


FILE = (
    'Content-Disposition: form-data; name="file"; filename="C:\\照片.jpg"\r\nContent-Type: image/jpeg\r\n\r\na\r\n\r\nb'
)


def test_a_form_with_a_file_is_read_as_it_was_sent() -> None:
    sent = multipart.read(
        form('Content-Disposition: form-data; name="csrf"\r\n\r\nabc', FILE), "multipart/form-data; boundary=xYz"
    )
    assert (sent.fields, sent.file_name, sent.content) == ({"csrf": ["abc"]}, "照片.jpg", b"a\r\n\r\nb")


@pytest.mark.parametrize("body", [b"", b"\x00", b"--xYz", b"--xYz--", form("no head")])
def test_what_is_no_form_says_nothing(body: bytes) -> None:
    assert multipart.read(body, "multipart/form-data; boundary=xYz").content == b""
    assert multipart.read(body, "text/plain").fields == {}


def test_events_are_read_line_by_line_with_the_place_to_go_on_from() -> None:
    reader = Reader()
    lines = [": still here", "", "id: 7", "event: x", "data: 1", "data: 2", "", "id: 8", ""]
    assert [event for line in lines if (event := reader.take(line))] == [Event("x", "1\n2")]
    assert reader.last_id == "8"
