"""The first administrator is made on the machine, and sets a password by a one-time link."""

from urllib.parse import urlsplit

import pytest

from services.identity.errors import NameTaken, NoSuchAccount, UnfitName
from services.identity.service.first import first_administrator, fresh_link
from services.identity.settings import Settings
from tests.city import City
from tests.identity.browser import Browser, Proof, code_of, exchange, secret_on
from tests.people import STATION

GOOD = "四月的雨 和 山上的茶 2026"


def settings(city: City) -> Settings:
    found = city.house("identity").settings
    assert isinstance(found, Settings)
    return found


async def test_the_first_administrator_signs_in_and_makes_the_next_account(city: City) -> None:
    link = await first_administrator(settings(city), "the-first")
    browser, proof = Browser(city), Proof()
    page = await browser.open(path=str(urlsplit(link).path))
    factor = secret_on(page)
    done = await browser.send(page, password=GOOD, again=GOOD, code=code_of(factor))
    assert done.status_code == 200, done.text
    owner = await city.owner("identity")
    await owner.execute("UPDATE account SET factor_step = NULL WHERE name = 'the-first'")
    await owner.close()
    tokens = (
        await exchange(city, await browser.sign_in("the-first", proof, password=GOOD, factor=factor), proof)
    ).json()
    form = {"name": "the-second", "grants": [{"role": "station_head", "stations": [str(STATION)]}], "worker": None}
    headers = {"Authorization": f"Bearer {tokens['access_token']}", "Idempotency-Key": "second"}
    made = await city.client("identity").post("/accounts", json=form, headers=headers)
    assert made.status_code == 201, made.text


async def test_the_machine_gives_a_fresh_link_to_whoever_is_locked_out(city: City) -> None:
    first = await first_administrator(settings(city), "locked-out")
    second = await fresh_link(settings(city), "locked-out")
    browser = Browser(city)
    assert (await browser.open(path=str(urlsplit(first).path))).status_code == 404
    assert (await browser.open(path=str(urlsplit(second).path))).status_code == 200


async def test_what_cannot_be_made_is_refused_with_the_reason(city: City) -> None:
    with pytest.raises(NameTaken):
        await first_administrator(settings(city), "hotline")
    with pytest.raises(UnfitName):
        await first_administrator(settings(city), "王 秀兰")
    with pytest.raises(NoSuchAccount):
        await fresh_link(settings(city), "nobody-there")
