"""S6: a thousand people are registered, and no file of the database tells of any of them."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Final

import asyncpg
import pytest

from deploy.postgres import Cluster
from deploy.postgres.binaries import installed
from tests.city import City, running
from tests.figures import Figure
from tests.given.canaries import check_digit
from tests.people import OPERATOR, need, person

pytestmark = pytest.mark.slow
PEOPLE: Final = 1000
# Nobody else is called so, lives so, has such a phone or was born there on that leap day.
CALLED, PHONE, BORN_THERE = "鸀鷟", "1390793", "36103019280229"
MARKS: Final = (CALLED, PHONE, BORN_THERE)
AT_REST: Final = tuple(
    form for mark in MARKS for form in (mark.encode(), mark.encode().hex().encode(), mark.encode("unicode_escape"))
)


def canary(number: int) -> dict[str, Any]:
    body = f"{BORN_THERE}{number:03}"
    return person(
        name=f"{CALLED}{chr(0x3400 + number)}", number=body + check_digit(body), birth_date="1928-02-29",
        phones=[{"number": f"{PHONE}{number:04}", "owner": "self"}], address=f"{CALLED}巷{number}号",
    )  # fmt: skip


@pytest.fixture(scope="module")
async def crowded(cluster: Cluster, folder: Path) -> AsyncIterator[City]:
    """A thousand people have asked, everybody has heard of it, and all is on the disk."""
    async with running(cluster, folder, ("needs", "matching", "cases", "insights")) as city:
        for first in range(0, PEOPLE, 20):
            answers = await asyncio.gather(
                *(
                    city.post(
                        "needs", "/needs", OPERATOR, need(words=f"我叫{CALLED}，{number}", resident=canary(number))
                    )
                    for number in range(first, first + 20)
                )
            )
            assert {answer.status_code for answer in answers} == {201}
        await city.settle()
        owner = await city.owner("needs")
        await owner.execute("CHECKPOINT")
        await owner.close()
        yield city


def files_of(cluster: Cluster) -> Iterator[Path]:
    """Tables, indexes and the write-ahead log as they lie on the disk: what a backup copies."""
    yield from (path for path in cluster.data.rglob("*") if path.is_file())


def found_in(content: bytes) -> list[bytes]:
    return [form for form in AT_REST if form in content]


async def test_no_file_of_the_database_tells_of_them(crowded: City, cluster: Cluster, figure: Figure) -> None:
    """Seal the column: tables and indexes, and what was written ahead of them, are read here byte by byte."""
    searched, leaks = 0, {}
    for path in files_of(cluster):
        content = path.read_bytes()
        searched += len(content)
        if found := found_in(content):
            leaks[path.relative_to(cluster.data).as_posix()] = found
    assert leaks == {}
    figure("S6", canaries=PEOPLE, mebibytes_searched=searched >> 20, found=0)


async def test_no_dump_tells_of_them(crowded: City, figure: Figure) -> None:
    """What is long is packed on the disk; a dump shows it unpacked."""
    for service in crowded.urls:
        dump = await asyncio.to_thread(
            subprocess.run, [str(installed() / "pg_dump"), crowded.urls[service]], capture_output=True, check=True
        )
        assert len(dump.stdout) > 100_000
        assert found_in(dump.stdout) == [], service
    figure("S6", dumps_searched=len(crowded.urls), found=0)


async def test_they_are_there_and_are_found_by_whoever_may(crowded: City) -> None:
    """Blind indexes find what nobody can read."""
    known = canary(7)
    answer = await crowded.post("needs", "/residents/search", OPERATOR, {"number": known["number"]})
    (match,) = answer.json()["items"]
    assert match["certainty"] == "exact"
    assert match["name_mask"].startswith(CALLED[0])


async def test_who_is_written_in_the_clear_is_found(crowded: City, cluster: Cluster) -> None:
    """The search above would see them."""
    owner: asyncpg.Connection[asyncpg.Record] = await crowded.owner("needs")
    await owner.execute("CREATE TABLE told AS SELECT $1::text AS name", f"{CALLED}某")
    await owner.execute("CHECKPOINT")
    await owner.close()
    assert [path for path in files_of(cluster) if found_in(path.read_bytes())]
