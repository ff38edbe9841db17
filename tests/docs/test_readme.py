"""The commands in the documents work as they stand, and are answered as it is shown."""

import shutil
import sys
from pathlib import Path
from typing import Final

import pytest

from deploy.places import ROOT
from tests.docs.sessions import Step, agrees, run, session
from tests.journeys.platform import platform, the_sample_is_in

# One after the other in one city: the first as a newcomer meets it, before anybody has added anything.
DOCUMENTS: Final = (
    "README.md",
    "README.zh-CN.md",
    "docs/guides/front-end.md",
    "docs/guides/department.md",
    "docs/guides/operations.md",
)


@pytest.fixture
def with_fuzhou(tmp_path: Path) -> Path:
    """A folder with the `fuzhou` command, for an environment in which the tree itself was not installed."""
    command = tmp_path / "fuzhou"
    command.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m deploy.command "$@"\n', "utf-8")
    command.chmod(0o755)
    return tmp_path


@pytest.mark.slow
async def test_what_the_documents_show_is_what_happens(with_fuzhou: Path) -> None:
    """Mend the document, or the code that no longer does what it says."""
    assert shutil.which("curl"), "curl is missing (Debian: apt install curl)"
    wrong: list[str] = []
    async with platform(FUZHOU_CLOCK="live", FUZHOU_SAMPLE="whole") as city:
        await the_sample_is_in(city)
        for document in DOCUMENTS:
            steps = session(ROOT / document)
            said = await run(steps, door=city.door, home=city.home, extra_path=with_fuzhou)
            wrong += [
                f"{document}: {difference(step, answer)}"
                for step, answer in zip(steps, said, strict=True)
                if not agrees(step.shown, answer.splitlines())
            ]
    assert not wrong, "\n\n".join(wrong)


def difference(step: Step, said: str) -> str:
    return "\n".join((step.commands, "shown:", *step.shown, "said:", said))
