"""Whoever's access ends is refused everywhere within seconds, whatever their token says (S10)."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.identity.service import development
from shared.kit import revocations
from shared.kit.clock import wall_clock
from shared.kit.feed.listening import Listener
from shared.schemas.access import Role
from shared.schemas.facts.identity import AccessRevoked
from tests.city import City, Person, token
from tests.figures import Figure
from tests.identity.browser import refresh, signed_in
from tests.people import ADMINISTRATOR, COUNTY_ADMINISTRATOR, STATION

HEAD: dict[str, Any] = {"role": "station_head", "stations": [str(STATION)]}


async def read_needs(city: City, bearer: str) -> httpx.Response:
    return await city.client("needs").get("/needs", headers={"Authorization": f"Bearer {bearer}"})


async def token_of_new_account(city: City, name: str) -> str:
    form = {"name": name, "grants": [HEAD], "worker": None}
    assert (await city.post("identity", "/accounts", COUNTY_ADMINISTRATOR, form)).status_code == 201
    return await development.token(city.house("identity").settings, name)  # type: ignore[arg-type]


async def test_an_ended_accounts_token_is_refused_as_soon_as_the_fact_arrives(city: City) -> None:
    bearer = await token_of_new_account(city, "leaving")
    assert (await read_needs(city, bearer)).status_code == 200
    await city.post("identity", "/accounts/leaving/end", ADMINISTRATOR)
    await city.settle()
    assert (await read_needs(city, bearer)).status_code == 401
    other = token(*Person.of(Role.STATION_HEAD, stations=(str(STATION),)).grants, subject="staying")
    assert (await read_needs(city, other)).status_code == 200


async def test_a_changed_account_needs_a_fresh_token_and_gets_one(city: City) -> None:
    bearer = await token_of_new_account(city, "moving")
    await city.put("identity", "/accounts/moving", ADMINISTRATOR, {"grants": [HEAD], "worker": "w-2"}, version=1)
    await city.settle()
    assert (await read_needs(city, bearer)).status_code == 401
    grants = Person.of(Role.STATION_HEAD, stations=(str(STATION),)).grants
    fresh = token(*grants, subject="moving", issued=time.time() + 2)
    assert (await read_needs(city, fresh)).status_code == 200


async def test_another_worker_learns_of_it_from_the_table(city: City) -> None:
    house = city.house("needs")
    bearer = token(*Person.of(Role.STATION_HEAD, stations=(str(STATION),)).grants, subject="heard-elsewhere")
    await hear(house.listeners, AccessRevoked(account="heard-elsewhere", before=wall_clock()))
    # As if this process had not been the one that heard.
    house.database.memory[revocations.MEMORY].clear()
    assert (await read_needs(city, bearer)).status_code == 200
    await revocations.look("needs", house.database)
    assert (await read_needs(city, bearer)).status_code == 401


async def test_one_session_can_end_while_the_account_goes_on(city: City) -> None:
    grants = Person.of(Role.STATION_HEAD, stations=(str(STATION),)).grants
    ended, other = UUID(int=1), UUID(int=2)
    await hear(city.house("needs").listeners, AccessRevoked(account="with-two", before=wall_clock(), session_id=ended))
    assert (await read_needs(city, token(*grants, subject="with-two", session=str(ended)))).status_code == 401
    assert (await read_needs(city, token(*grants, subject="with-two", session=str(other)))).status_code == 200


async def hear(listeners: list[Listener], fact: AccessRevoked) -> None:
    (listener,) = (each for each in listeners if each.publisher == "identity")
    async with listener.database.work(listener.context) as session:
        await revocations.refuse_tokens(session, fact)


async def end_account(city: City) -> None:
    await city.post("identity", "/accounts/watched/end", ADMINISTRATOR)


async def sign_out(city: City) -> None:
    owner = await city.owner("identity")
    session = await owner.fetchval("SELECT id::text FROM sign_in WHERE account = 'worker-361002101-1'")
    await owner.close()
    assert (await city.post("identity", f"/sessions/{session}/end", ADMINISTRATOR)).status_code == 200


async def show_a_spent_token(city: City) -> None:
    spent = SPENT.pop()
    assert (await refresh(city, spent)).json()["error"] == "invalid_grant"


SPENT: list[str] = []


async def token_of_one_who_was_robbed(city: City) -> str:
    first = await signed_in(city, "worker-361002101-2")
    second = (await refresh(city, first["refresh_token"])).json()
    third = (await refresh(city, second["refresh_token"])).json()
    SPENT.append(first["refresh_token"])
    return str(third["access_token"])


async def token_by_signing_in(city: City) -> str:
    return str((await signed_in(city, "worker-361002101-1"))["access_token"])


async def token_watched(city: City) -> str:
    return await token_of_new_account(city, "watched")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("begin", "end"),
    [
        (token_watched, end_account), (token_by_signing_in, sign_out),
        (token_of_one_who_was_robbed, show_a_spent_token),
    ],
    ids=["an ended account", "a session that was ended", "a refresh token shown twice"],
)  # fmt: skip
async def test_a_running_service_refuses_within_five_seconds(
    city: City, begin: Callable[[City], Awaitable[str]], end: Callable[[City], Awaitable[None]], figure: Figure
) -> None:  # fmt: skip
    house = city.house("needs")
    bearer = await begin(city)
    assert (await read_needs(city, bearer)).status_code == 200
    looking = asyncio.create_task(revocations.keep_looking("needs", house.database))
    listening = asyncio.create_task(next(each for each in house.listeners if each.publisher == "identity").run())
    began = time.monotonic()
    await end(city)
    while (await read_needs(city, bearer)).status_code != 401:
        assert time.monotonic() - began < 5
        await asyncio.sleep(0.05)
    for task in (looking, listening):
        task.cancel()
    await asyncio.gather(looking, listening, return_exceptions=True)
    figure("S10", revocations_within_five_seconds=1)
