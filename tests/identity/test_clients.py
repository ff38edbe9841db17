"""Machines of departments and front ends: made by administrators, with a secret that is shown once."""

from uuid import uuid4

from tests.city import City
from tests.identity.test_tokens import ask, basic
from tests.people import ADMINISTRATOR, COUNTY_ADMINISTRATOR

SYSTEM = {"role": "provider_system", "provider": "health"}


async def test_a_new_client_gets_tokens_with_its_secret_until_it_ends(city: City) -> None:
    key = str(uuid4())
    form = {"name": "hospital", "grants": [SYSTEM]}
    answer = await city.post("identity", "/clients", ADMINISTRATOR, form, key=key)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made["kind"] == "system"
    again = await city.post("identity", "/clients", ADMINISTRATOR, form, key=key)
    assert again.json() == made
    headers = basic("hospital", made["secret"])
    assert (await ask(city, headers=headers)).status_code == 200
    ended = await city.post("identity", "/clients/hospital/end", ADMINISTRATOR)
    assert (ended.status_code, ended.json()["is_active"]) == (200, False)
    assert (await ask(city, headers=headers)).json()["error"] == "invalid_client"
    assert (await city.post("identity", "/clients/hospital/end", ADMINISTRATOR)).status_code == 409


async def test_lists_never_show_a_secret(city: City) -> None:
    page = (await city.get("identity", "/clients", ADMINISTRATOR)).json()
    assert {"needs", "identity"} <= {item["name"] for item in page["items"]}
    assert not any("secret" in name for item in page["items"] for name in item)


async def test_a_countys_administrator_makes_no_machine_for_the_city_and_ends_none(city: City) -> None:
    for grant in ({"role": "service"}, SYSTEM, {"role": "front_end"}):
        answer = await city.post("identity", "/clients", COUNTY_ADMINISTRATOR, {"name": "mine", "grants": [grant]})
        assert answer.status_code == 403
    assert (await city.get("identity", "/clients", COUNTY_ADMINISTRATOR)).json()["items"] == []
    assert (await city.post("identity", "/clients/needs/end", COUNTY_ADMINISTRATOR)).status_code == 404


async def test_people_are_no_machines(city: City) -> None:
    form = {"name": "person", "grants": [{"role": "administrator", "divisions": ["3610"]}]}
    answer = await city.post("identity", "/clients", ADMINISTRATOR, form)
    assert answer.json()["type"].endswith("not-for-people")
