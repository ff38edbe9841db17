"""Accounts from before facts told what they may do get known to those who go by it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.postgres import Cluster
from services.identity.service.retelling import retell
from services.identity.settings import Settings
from tests.city import City, running
from tests.people import ADMINISTRATOR, STATION

HEAD = {"role": "station_head", "divisions": [], "stations": [str(STATION)], "provider": None}


@pytest.fixture(scope="module")
async def three(cluster: Cluster, folder: Path) -> AsyncIterator[City]:
    """Identity, and the two that go by what it tells of accounts."""
    async with running(cluster, folder, ("cases", "feedback", "identity")) as city:
        yield city


async def known(city: City, account: str) -> tuple[list[str], list[str]]:
    """What an account is to feedback, and which stations it heads to cases."""
    feedback, cases = await city.owner("feedback"), await city.owner("cases")
    hands = await feedback.fetch("SELECT kind FROM account_hand WHERE account = $1 ORDER BY kind", account)
    heads = await cases.fetch("SELECT station_id::text FROM station_head WHERE account = $1", account)
    await feedback.close()
    await cases.close()
    return [row[0] for row in hands], [row[0] for row in heads]


async def test_a_heads_account_from_before_is_a_heads_to_everybody_once_it_is_told_of_anew(three: City) -> None:
    made = await three.post(
        "identity", "/accounts", ADMINISTRATOR, {"name": "from-before", "grants": [HEAD], "worker": None}
    )
    assert made.is_success, made.text
    owner = await three.owner("identity")
    await owner.execute("UPDATE fact SET body = body || '{\"grants\": null}' WHERE subject = 'from-before'")
    await three.settle()
    assert await known(three, "from-before") == ([], [])
    settings = three.house("identity").settings
    assert isinstance(settings, Settings)
    assert await retell(settings) == 1
    await three.settle()
    assert await known(three, "from-before") == (["account", "station"], [str(STATION)])
    assert await retell(settings) == 0, "what was told once is not told again"
    told = await owner.fetchval("SELECT count(*) FROM fact WHERE subject = 'from-before'")
    await owner.close()
    assert (told, made.json()["version"]) == (2, 1)
