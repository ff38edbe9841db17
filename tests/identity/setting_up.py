"""Accounts for tests of signing in, from the form to the password that their one-time link set."""

from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.city import City, Person
from tests.identity.browser import Browser, Proof, code_of, secret_on
from tests.people import ADMINISTRATOR, COUNTY_ADMINISTRATOR, STATION

HEAD: dict[str, Any] = {"role": "station_head", "stations": [str(STATION)]}
COUNTY: dict[str, Any] = {"role": "county_manager", "divisions": ["361002"]}
GOOD = "四月的雨 和 山上的茶 2026"


async def new_account(city: City, name: str, *grants: dict[str, Any]) -> None:
    form = {"name": name, "grants": list(grants) or [HEAD], "worker": None}
    assert (await city.post("identity", "/accounts", ADMINISTRATOR, form)).status_code == 201


async def link_for(city: City, name: str, by: Person = COUNTY_ADMINISTRATOR, **form: Any) -> str:
    answer = await city.post("identity", f"/accounts/{name}/links", by, form)
    assert answer.status_code == 201, answer.text
    return str(urlsplit(answer.json()["url"]).path)


async def set_password(city: City, link: str, password: str = GOOD) -> tuple[httpx.Response, str | None]:
    browser = Browser(city)
    page = await browser.open(path=link)
    factor = secret_on(page) if "secret" in page.text else None
    code = {"code": code_of(factor)} if factor else {}
    return await browser.send(page, password=password, again=password, **code), factor


async def rows(city: City, query: str, *values: Any) -> list[Any]:
    owner = await city.owner("identity")
    found = list(await owner.fetch(query, *values))
    await owner.close()
    return found


async def try_password(city: City, name: str, password: str) -> httpx.Response:
    browser = Browser(city)
    return await browser.send(await browser.open(Proof().query()), step="password", name=name, password=password)
