"""The sample city comes into a running platform through the front door, once; and what the documents show of it.

One city for both, since it takes the longest of all to come in: first a newcomer follows the documents.
"""

import asyncio
import json
import os
import shutil
import sys
from asyncio.subprocess import DEVNULL, PIPE, create_subprocess_exec
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest

from deploy.places import ROOT
from deploy.sample.city import stations, township_stations
from deploy.sample.workers import staff_of, workers
from shared.schemas.access import Role
from tests.city import Person
from tests.docs.sessions import Step, agrees, run, session
from tests.journeys.platform import Platform, platform, the_sample_is_in

pytestmark = pytest.mark.slow
# One after the other in one city: the first as a newcomer meets it, before anybody has added anything.
DOCUMENTS: Final = (
    "README.md",
    "README.zh-CN.md",
    "docs/guides/front-end.md",
    "docs/guides/department.md",
    "docs/guides/operations.md",
)
# A guard against hanging, on a machine that does much else; alone it takes half a minute.
IN_WITHIN_SECONDS = 400
MOST_LOOKS = 5
TABLES = {"matching": ("resource", "account", "ledger_entry", "fact"), "cases": ("worker", "training", "fact")}
CITY = Person.of(Role.CITY_MANAGER, divisions=("3610",))


async def until_it_is_in(city: Platform) -> None:
    told = city.home / "logs" / "sample.log"
    async with asyncio.timeout(IN_WITHIN_SECONDS):
        while not (told.exists() and "is in, after" in told.read_text("utf-8")):  # noqa: ASYNC110 -- another process
            await asyncio.sleep(0.5)


async def send_again(city: Platform) -> int:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FUZHOU_")}
    told = {"FUZHOU_HOME": str(city.home), "FUZHOU_DOOR_URL": city.door, "FUZHOU_ENVIRONMENT": "development"}
    sending = await create_subprocess_exec(
        sys.executable, "-m", "deploy.sample", cwd=ROOT, env=kept | told, stdout=DEVNULL
    )
    return await sending.wait()


async def troubles(city: Platform) -> list[str]:
    """What `fuzhou reconcile` finds wrong."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FUZHOU_")}
    looking = await create_subprocess_exec(
        sys.executable, "-m", "deploy.command", "reconcile", "--json", cwd=ROOT, stdout=PIPE, stderr=DEVNULL,
        env=kept | {"FUZHOU_HOME": str(city.home)},
    )  # fmt: skip
    said, _ = await looking.communicate()
    found: list[str] = json.loads(said[said.index(b"{") :])["found"]
    return found


async def counted(city: Platform) -> Counter[str]:
    """How many rows there are of what the sample makes."""
    counts: Counter[str] = Counter()
    for service, tables in TABLES.items():
        database = await city.database(service)
        for table in tables:
            counts[f"{service}.{table}"] = await database.fetchval(f"SELECT count(*) FROM {table}")
        await database.close()
    return counts


@pytest.fixture(scope="module")
async def whole_city() -> AsyncIterator[Platform]:
    async with platform(FUZHOU_CLOCK="live", FUZHOU_SAMPLE="whole") as city:
        yield city


@pytest.fixture
def with_fuzhou(tmp_path: Path) -> Path:
    """A folder with the `fuzhou` command, for an environment in which the tree itself was not installed."""
    command = tmp_path / "fuzhou"
    command.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m deploy.command "$@"\n', "utf-8")
    command.chmod(0o755)
    return tmp_path


async def test_what_the_documents_show_is_what_happens(whole_city: Platform, with_fuzhou: Path) -> None:
    """Mend the document, or the code that no longer does what it says."""
    assert shutil.which("curl"), "curl is missing (Debian: apt install curl)"
    await the_sample_is_in(whole_city)
    wrong: list[str] = []
    for document in DOCUMENTS:
        steps = session(ROOT / document)
        said = await run(steps, door=whole_city.door, home=whole_city.home, extra_path=with_fuzhou)
        wrong += [
            f"{document}: {difference(step, answer)}"
            for step, answer in zip(steps, said, strict=True)
            if not agrees(step.shown, answer.splitlines())
        ]
    assert not wrong, "\n\n".join(wrong)


def difference(step: Step, said: str) -> str:
    return "\n".join((step.commands, "shown:", *step.shown, "said:", said))


async def test_the_whole_city_comes_in_says_what_it_is_and_changes_nothing_the_second_time(
    whole_city: Platform,
) -> None:
    await until_it_is_in(whole_city)
    before = await counted(whole_city)
    assert before["cases.worker"] == len(workers())
    last = township_stations()[-1]
    file = (await whole_city.get(f"/cases/v1/stations/{last.id}", CITY)).json()
    assert file["operator"].startswith("sample_")
    assert file["staff"] == staff_of(last)
    async with whole_city.client(CITY) as client:
        packages = (
            await client.get("/matching/v1/packages", params={"station_id": str(last.id), "limit": "200"})
        ).json()
        known = (await client.get("/cases/v1/stations", params={"limit": "200"})).json()["items"]
    assert len(packages["items"]) > 40
    assert {row["code"] for row in known if row["operator"]} == {station.code for station in stations()}
    assert await send_again(whole_city) == 0
    assert await counted(whole_city) == before


async def test_nobody_is_told_of_trouble_that_is_none(whole_city: Platform) -> None:
    """R16: over everything that the sample holds; what is still on its way is heard within a few looks."""
    await until_it_is_in(whole_city)
    for _ in range(MOST_LOOKS):
        if not (found := await troubles(whole_city)):
            break
    assert found == []
