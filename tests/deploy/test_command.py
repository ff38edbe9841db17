"""The `fuzhou` command as a whole: every answer for programs too, exit status by its word, and completion."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.core import TyperGroup

from deploy.addresses import BUILT
from deploy.command import commands
from deploy.places import ROOT

# These answer nothing: they go on until they are stopped.
ENDLESS = {"run", "serve"}


def leaves(command: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(command, TyperGroup):
        for word, each in command.commands.items():
            yield from leaves(each, f"{name} {word}".strip())
    else:
        yield name, command


LEAVES = dict(leaves(typer.main.get_command(commands)))


def fuzhou(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", "import sys; sys.argv[0] = 'fuzhou'; from deploy.command import main; main()", *words],
        cwd=ROOT, text=True, capture_output=True, env={"PATH": os.environ["PATH"], **environment}, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("name", sorted({*LEAVES} - ENDLESS))
def test_every_answer_can_be_had_as_a_document(name: str) -> None:
    """Give it `as_json: AsJson = False`, and answer by `tell` or `show_rows`."""
    assert "--json" in {word for parameter in LEAVES[name].params for word in parameter.opts}


@pytest.mark.parametrize("name", sorted(LEAVES))
def test_every_command_says_what_it_does(name: str) -> None:
    assert LEAVES[name].help


def test_the_help_tells_every_exit_status() -> None:
    told = fuzhou("--help").stdout
    assert all(f"{status} " in told for status in (0, 1, 2, 3, 130))


def test_a_refusal_is_a_document_too_with_its_name_and_remedy(tmp_path: Path) -> None:
    told = fuzhou("backup", "--json", FUZHOU_HOME=str(tmp_path))
    refused = json.loads(told.stdout)
    assert (told.returncode, refused["refused"]) == (1, "NotRunning")
    assert "make run" in refused["why"]


def test_what_is_typed_wrongly_is_told_apart_from_what_is_refused(tmp_path: Path) -> None:
    assert fuzhou("restore", "--timeline", "none", FUZHOU_HOME=str(tmp_path)).returncode == 2
    assert fuzhou("restore", "--to", "2999-01-01T00:00:00", FUZHOU_HOME=str(tmp_path)).returncode == 1


def completed(typed: str) -> list[str]:
    words: Mapping[str, str] = {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split(" ")) - 1)}
    return fuzhou(_FUZHOU_COMPLETE="complete_bash", **words).stdout.split()


def test_commands_and_services_are_completed() -> None:
    assert {"restore", "reconcile", "rotate-keys"} <= {*completed("fuzhou r")}
    assert completed("fuzhou migrate ma") == ["matching"]
    assert {*completed("fuzhou serve ")} == {*BUILT}


def test_completion_is_installed_into_a_folder_of_the_persons_own(tmp_path: Path) -> None:
    told = fuzhou("--install-completion", "bash", HOME=str(tmp_path), _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert told.returncode == 0, told.stderr
    written = (tmp_path / ".bash_completions" / "fuzhou.sh").read_text("utf-8")
    assert "_FUZHOU_COMPLETE=complete_bash" in written
    assert "fuzhou.sh" in (tmp_path / ".bashrc").read_text("utf-8")
