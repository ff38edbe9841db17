"""The reading of the documents' sessions would notice what it is for."""

from pathlib import Path

import pytest

from tests.docs.sessions import Step, agrees, run, session

SHOWN = ("{", '  "id": "01a21061-b94c-7053-a8cf-3b711cfc990f",', '  "status": "registered"', "}")


def test_another_id_is_the_same_shape() -> None:
    assert agrees(SHOWN, ["{", '  "id": "01a3ffff-b94c-7053-a8cf-3b711cfc990f",', '  "status": "registered"', "}"])


@pytest.mark.parametrize(
    "said",
    [
        ["{", '  "id": "none",', '  "status": "registered"', "}"],
        ["{", '  "id": "01a21061-b94c-7053-a8cf-3b711cfc990f",', '  "status": "triaged"', "}"],
        ["{", '  "id": "01a21061-b94c-7053-a8cf-3b711cfc990f",', "}"],
        [*SHOWN, "more"],
        [],
    ],
)
def test_another_answer_is_noticed(said: list[str]) -> None:
    assert not agrees(SHOWN, said)


def test_dots_stand_for_any_lines() -> None:
    assert agrees(("{", "…", "}"), SHOWN)
    assert not agrees(("{", "…", "]"), SHOWN)


async def test_a_session_is_one_shell(tmp_path: Path) -> None:
    document = tmp_path / "README.md"
    document.write_text(
        "```bash\na=1\necho $a \\\n  two\n```\n\n```text\n1 two\n```\n\n```bash\nfalse\n```\n```sh\nnot run\n```\n",
        "utf-8",
    )
    steps = session(document)
    assert [step.shown for step in steps] == [("1 two",), ()]
    assert await run(steps, door="", home=tmp_path, extra_path=tmp_path) == ["1 two", ""]
    assert steps[1] == Step("false", ())
