"""The commands in the documents work as they stand, and are answered as it is shown."""

import asyncio
import shutil
import sys
from pathlib import Path
from typing import Final

import pytest

from deploy.places import ROOT
from shared.reference import rows_of_table
from shared.schemas.reference import Department
from tests.docs.sessions import Step, agrees, run, session
from tests.journeys.platform import Platform, platform

# A guard against hanging, on a machine that does much else.
SAMPLE_SECONDS: Final = 300
# One after the other in one city: the first as a newcomer meets it, before anybody has added anything.
DOCUMENTS: Final = ("README.md", "README.zh-CN.md", "docs/guides/front-end.md", "docs/guides/department.md")


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


async def the_sample_is_in(city: Platform) -> None:
    """A slow machine is ready before every department has listed what it gives and handed out its packages."""
    told = city.home / "logs" / "sample.log"
    departments = [row.key for row in rows_of_table(Department.table)]
    async with asyncio.timeout(SAMPLE_SECONDS):
        while not (told.exists() and all(f"{slug} packages" in told.read_text("utf-8") for slug in departments)):  # noqa: ASYNC110 -- another process
            await asyncio.sleep(0.5)


def difference(step: Step, said: str) -> str:
    return "\n".join((step.commands, "shown:", *step.shown, "said:", said))
