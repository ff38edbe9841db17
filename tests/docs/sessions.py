"""Sessions in the documents: blocks of bash, run as they stand in one shell, and the answers shown below them.

An answer agrees when it has the shown shape: ids, times, references, days and scores may differ, everything else may
not. A line that is only `…` stands for any number of lines.
"""

import asyncio
import os
import re
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deploy.places import ROOT

# No prompts: a reader pastes the block whole. What it prints is the next block, with only an empty line between.
BLOCK: Final = re.compile(
    r"^```bash\n(?P<commands>.*?)^```$(?:\n\n^```(?:json|text)\n(?P<shown>.*?)^```$)?", re.MULTILINE | re.DOTALL
)
ANYTHING: Final = "…"
# Printed between two answers; nothing that is documented says this.
MARK: Final = "\x1e--next--"
SHAPES: Final = tuple(
    (re.compile(pattern), put)
    for pattern, put in (
        (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<id>"),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(\+08:00|Z)", "<time>"),
        (r"\b\d{4}-\d\d-\d\d\b", "<date>"),
        (r"\b\d{4}Q\d\b", "<quarter>"),
        (r"\b[A-Z]{2}\d{6}-[0-9A-Z]{6}-[0-9A-Z]\b", "<reference>"),
        (r"\d+月\d+日（星期.）", "<day>"),
        (r"(?<=/track/)[\w-]{32}", "<token>"),
        (r"http://127\.0\.0\.1:\d+", "<door>"),
        (r"\b\d+\.\d+\.\d+\b", "<position>"),
        (r"\b\d+\.\d+\b", "<number>"),
        (r"\b\d+ left\b", "<count> left"),
        (r"余\d+", "余<数>"),
    )
)


@dataclass(frozen=True, slots=True)
class Step:
    """A block as it stands, and the answer that the document shows."""

    commands: str
    shown: tuple[str, ...]


def session(document: Path) -> list[Step]:
    """All blocks of a document, in order."""
    return [
        Step(found["commands"].rstrip("\n"), tuple((found["shown"] or "").splitlines()))
        for found in BLOCK.finditer(document.read_text("utf-8"))
    ]


async def run(steps: Sequence[Step], *, door: str, home: Path, extra_path: Path) -> list[str]:
    """What each block prints when all are run in one shell, from the root of the tree."""
    script = "".join(f"{step.commands}\nprintf '\\n%s\\n' '{MARK}'\n" for step in steps)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FUZHOU")}
    environment = kept | {
        "FUZHOU": door, "FUZHOU_HOME": str(home), "NO_PROXY": "127.0.0.1", "PYTHONIOENCODING": "utf-8",
        "PATH": f"{os.environ['PATH']}:{extra_path}",
    }  # fmt: skip
    shell = await asyncio.create_subprocess_exec(
        "bash", "-s", cwd=ROOT, env=environment, stdin=PIPE, stdout=PIPE, stderr=STDOUT
    )
    said, _ = await shell.communicate(script.encode())
    return [part.strip("\n") for part in said.decode().split(MARK)[: len(steps)]]


def shape(line: str) -> str:
    """A line with what differs each time taken out."""
    for pattern, put in SHAPES:
        line = pattern.sub(put, line)
    return line.rstrip()


def agrees(shown: Sequence[str], said: Sequence[str]) -> bool:
    """Whether an answer has the shape that is shown."""
    if not shown:
        return not said
    first, *rest = shown
    if first.strip() == ANYTHING:
        return any(agrees(rest, said[skipped:]) for skipped in range(len(said) + 1))
    return bool(said) and shape(first) == shape(said[0]) and agrees(rest, said[1:])
