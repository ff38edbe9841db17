"""The sample city comes into a running platform through the front door, once."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, create_subprocess_exec
from collections import Counter

import pytest

from deploy.places import ROOT
from deploy.sample.city import stations, township_stations
from deploy.sample.workers import staff_of, workers
from shared.schemas.access import Role
from tests.city import Person
from tests.journeys.platform import Platform, platform

# A guard against hanging, on a machine that does much else; alone it takes half a minute.
IN_WITHIN_SECONDS = 400
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


async def counted(city: Platform) -> Counter[str]:
    """How many rows there are of what the sample makes."""
    counts: Counter[str] = Counter()
    for service, tables in TABLES.items():
        database = await city.database(service)
        for table in tables:
            counts[f"{service}.{table}"] = await database.fetchval(f"SELECT count(*) FROM {table}")
        await database.close()
    return counts


@pytest.mark.slow
async def test_the_whole_city_comes_in_says_what_it_is_and_changes_nothing_the_second_time() -> None:
    async with platform(FUZHOU_CLOCK="live", FUZHOU_SAMPLE="whole") as city:
        await until_it_is_in(city)
        before = await counted(city)
        assert before["cases.worker"] == len(workers())
        last = township_stations()[-1]
        file = (await city.get(f"/cases/v1/stations/{last.id}", CITY)).json()
        assert file["operator"].startswith("sample_")
        assert file["staff"] == staff_of(last)
        async with city.client(CITY) as client:
            packages = (
                await client.get("/matching/v1/packages", params={"station_id": str(last.id), "limit": "200"})
            ).json()
            known = (await client.get("/cases/v1/stations", params={"limit": "200"})).json()["items"]
        assert len(packages["items"]) > 40
        assert {row["code"] for row in known if row["operator"]} == {station.code for station in stations()}
        assert await send_again(city) == 0
        assert await counted(city) == before
