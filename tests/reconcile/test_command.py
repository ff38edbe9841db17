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
from tests.journeys.platform import Platform, eventually, platform

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
    assert process.returncode in {0, 1}, complained.decode()
    return process.returncode or 0, said.decode()


async def found(running: Platform) -> tuple[int, list[dict[str, Any]], list[dict[str, Any]]]:
    """Exit status, one row a promise, one row for each difference."""
    status, said = await reconcile(running, "--json")
    told = json.loads(said[said.index("{\n") :])
    return status, told["promises"], told["found"]


@pytest.mark.slow
async def test_the_command_heals_and_tells_what_stays() -> None:
    async with platform() as running:

        async def all_is_well() -> bool:
            return (await found(running))[0] == 0

        await eventually(all_is_well)
        _, promises, differences = await found(running)
        assert {row["service"] for row in promises} == set(BUILT)
        assert differences == []
        await (await running.database("matching")).execute("DELETE FROM reference_row WHERE table_name = 'category'")
        await (await running.database("needs")).execute(PARKED)
        status, said = await reconcile(running)
        assert status == 1
        assert "matching an order" in said
        assert "healed" in said
        assert "category:meals" in said
