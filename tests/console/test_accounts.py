"""Accounts at the desk: administrators give what lies in their own divisions, see who is signed in, and end both."""

from typing import Any
from uuid import uuid4

from shared.schemas.access import Role
from tests.city import City, Person
from tests.console.browsing import Browser, Page, at_desk
from tests.people import ADMINISTRATOR, COUNTY_ADMINISTRATOR, HEAD, OTHER_STATION, STATION

AUDITOR = Person.of(Role.AUDITOR)


def a_name() -> str:
    return f"a-{uuid4().hex[:12]}"


async def made(desk: Browser, name: str, **fields: Any) -> Page:
    """The form for a new account, sent."""
    told = {"name": name, "role": "station_head", "station": str(STATION), "division": "", "provider": ""} | fields
    form = next(each for each in (await desk.open("/desk/accounts")).forms if "role" in each.fields)
    return await desk.send(form, **told)


async def test_an_account_is_made_found_by_a_part_of_its_name_and_ended(open_city: City) -> None:
    desk, name = await at_desk(open_city, ADMINISTRATOR), a_name()
    sent = await made(desk, name)
    assert (sent.status, sent.answer.headers["location"]) == (303, f"/desk/accounts/{name}")
    found = await desk.open(f"/desk/accounts?name={name[2:10]}")
    assert f"/desk/accounts/{name}" in found.links
    assert "上顿渡镇社工站" in found.text
    page = await desk.open(f"/desk/accounts/{name}")
    assert "还没有设密码" in page.text
    assert (await desk.send(page.form("/end"))).status == 303
    assert "已停用" in (await desk.open(f"/desk/accounts/{name}")).text
    assert f"/desk/accounts/{name}" not in (await desk.open(f"/desk/accounts?name={name}")).links
    assert f"/desk/accounts/{name}" in (await desk.open(f"/desk/accounts?name={name}&ended=true")).links


async def test_a_link_for_a_password_is_shown_once(open_city: City) -> None:
    desk, name = await at_desk(open_city, ADMINISTRATOR), a_name()
    await made(desk, name)
    page = await desk.send((await desk.open(f"/desk/accounts/{name}")).form("/links"))
    assert "/identity/v1/links/" in page.text
    assert "no-store" in page.answer.headers["cache-control"]
    assert "/identity/v1/links/" not in (await desk.open(f"/desk/accounts/{name}")).text


async def test_a_role_in_the_wrong_scope_is_refused_and_what_was_written_stays(open_city: City) -> None:
    desk, name = await at_desk(open_city, ADMINISTRATOR), a_name()
    page = await made(desk, name, station="", provider="health")
    assert page.status in (409, 422)
    form = next(each for each in page.forms if "role" in each.fields)
    assert (form.fields["name"], form.fields["role"], form.fields["provider"]) == ([name], ["station_head"], ["health"])


async def test_a_countys_administrator_gives_nothing_beyond_the_county(open_city: City) -> None:
    desk = await at_desk(open_city, COUNTY_ADMINISTRATOR)
    assert (await made(desk, a_name(), station=str(OTHER_STATION))).status == 403
    assert (await made(desk, a_name())).status == 303


async def test_an_auditor_reads_and_changes_nothing(open_city: City) -> None:
    page = await (await at_desk(open_city, AUDITOR)).open("/desk/accounts")
    assert page.status == 200
    assert not [each for each in page.forms if "role" in each.fields]


async def test_whoever_administers_nothing_sees_no_accounts(open_city: City) -> None:
    desk = await at_desk(open_city, HEAD)
    assert (await desk.open("/desk/accounts")).status == 403
    assert "/desk/accounts" not in (await desk.open("/")).links


async def test_one_person_is_given_a_second_role_and_loses_the_first(open_city: City) -> None:
    desk, name = await at_desk(open_city, ADMINISTRATOR), a_name()
    await made(desk, name)
    page = await desk.open(f"/desk/accounts/{name}")
    assert not [form for form in page.forms if form.action.endswith("/roles/remove")], "the last role stays"
    assert (await desk.send(page.form("/roles"), role="social_worker", station=str(STATION))).status == 303
    both = await desk.open(f"/desk/accounts/{name}")
    assert [form.fields["place"] for form in both.forms if form.action.endswith("/roles/remove")] == [["0"], ["1"]]
    assert (await desk.send(both.form("/roles/remove"))).status == 303
    told = (await open_city.get("identity", f"/accounts/{name}", ADMINISTRATOR)).json()
    assert [grant["role"] for grant in told["grants"]] == ["social_worker"]


async def test_a_role_is_not_taken_from_an_account_that_changed_meanwhile(open_city: City) -> None:
    desk, name = await at_desk(open_city, ADMINISTRATOR), a_name()
    await made(desk, name)
    page = await desk.open(f"/desk/accounts/{name}")
    await desk.send(page.form("/roles"), role="social_worker", station=str(STATION))
    sent = await desk.send(page.form("/roles"), role="township_manager", division="361002100", station="")
    assert sent.status == 412
    assert sent.form("/roles").fields["role"] == ["township_manager"]
    told = (await open_city.get("identity", f"/accounts/{name}", ADMINISTRATOR)).json()
    assert [grant["role"] for grant in told["grants"]] == ["station_head", "social_worker"]


async def test_a_further_role_beyond_the_county_is_not_the_countys_to_give(open_city: City) -> None:
    desk, name = await at_desk(open_city, COUNTY_ADMINISTRATOR), a_name()
    await made(desk, name)
    page = await desk.open(f"/desk/accounts/{name}")
    assert (await desk.send(page.form("/roles"), role="social_worker", station=str(OTHER_STATION))).status == 403
