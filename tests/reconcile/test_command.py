"""`fuzhou reconcile` on a running platform: what agrees, what it heals, and what stays until somebody mends it."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from typing import Any

import pytest

from deploy.addresses import BUILT
from deploy.places import ROOT
from tests.journeys.platform import Platform, platform

MOST_LOOKS = 5
LOST = "DELETE FROM reference_row WHERE table_name = 'category' AND key = 'meals'"
PARKED = (
    "INSERT INTO parked_fact VALUES (gen_random_uuid(), 'matching', 'matching.order_requested.v1', 'an order', 1,"
    " now(), '{}', 'pydantic.ValidationError', 1, now())"
)


async def reconcile(running: Platform, *words: str) -> tuple[int, str]:
    """Run the command; its exit status and what it printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "deploy.command", "reconcile", *words, cwd=ROOT, stdout=PIPE, stderr=PIPE,
        env=os.environ | {"FUZHOU_HOME": str(running.home)},
    )  # fmt: skip
    said, complained = await process.communicate()
    assert said, f"{process.returncode} {complained.decode()}"
    return process.returncode or 0, said.decode()


async def once_all_is_heard(running: Platform) -> list[dict[str, Any]]:
    """One row a promise, once the services have heard enough of one another for all to be told."""
    for _ in range(MOST_LOOKS):
        status, said = await reconcile(running, "--json")
        told = json.loads(said[said.index("{\n") :])
        if status == 0:
            break
    assert (status, told["found"]) == (0, [])
    promises: list[dict[str, Any]] = told["promises"]
    return promises


@pytest.mark.slow
async def test_the_command_heals_and_tells_what_stays() -> None:
    async with platform() as running:
        assert {row["service"] for row in await once_all_is_heard(running)} == set(BUILT)
        for name, fault in (("matching", LOST), ("needs", PARKED)):
            owner = await running.database(name)
            await owner.execute(fault)
            await owner.close()
        status, said = await reconcile(running, "needs", "matching")
        assert status == 1
        lines = {line.split()[0]: line.split()[-1] for line in said.partition("\n\n")[2].splitlines()[1:]}
        assert lines == {"kit.nothing_parked": "stays", "matching.reference_rows_are_copied": "healed"}
