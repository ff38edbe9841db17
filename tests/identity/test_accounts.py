"""Administrators give and take what lies within their own divisions, and nothing else."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity.rules.scopes import FOR_ACCOUNTS, SCOPED_BY, Scope, covers, divisions_of, is_whole
from shared.schemas.access import Grant, Role
from tests.city import City, Person
from tests.people import ADMINISTRATOR, COUNTY_ADMINISTRATOR, OTHER_STATION, STATION

AUDITOR = Person.of(Role.AUDITOR)
HEAD = {"role": "station_head", "stations": [str(STATION)]}
ELSEWHERE = {"role": "station_head", "stations": [str(OTHER_STATION)]}
CODES = st.sampled_from(("3610", "361002", "361003", "361021", "361002100", "361021100", "361002100001"))
PLACES = {str(STATION): "361002100", str(OTHER_STATION): "361021100"}


def account(name: str, *grants: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"name": name, "grants": list(grants) or [HEAD], "worker": None} | changes


async def made(city: City, form: dict[str, Any], by: Person = ADMINISTRATOR) -> dict[str, Any]:
    answer = await city.post("identity", "/accounts", by, form)
    assert answer.status_code == 201, answer.text
    assert answer.headers["etag"] == '"1"'
    body: dict[str, Any] = answer.json()
    return body


@pytest.mark.parametrize(
    "grant",
    [
        ELSEWHERE,
        {"role": "county_manager", "divisions": ["361021"]},
        {"role": "city_manager", "divisions": ["3610"]},
        {"role": "administrator", "divisions": ["3610"]},
        {"role": "auditor"},
        {"role": "provider_officer", "provider": "health"},
        {"role": "front_end"},
    ],
)
async def test_a_countys_administrator_gives_nothing_beyond_the_county(city: City, grant: dict[str, Any]) -> None:
    for grants in ([grant], [HEAD, grant]):
        answer = await city.post("identity", "/accounts", COUNTY_ADMINISTRATOR, account("too-wide", *grants))
        assert answer.status_code == 403, answer.text
        assert answer.json()["type"].endswith("beyond-your-divisions")


@pytest.mark.parametrize(
    ("name", "grant"),
    [
        ("c-head", HEAD),
        ("c-manager", {"role": "county_manager", "divisions": ["361002"]}),
        ("c-township", {"role": "township_manager", "divisions": ["361002100"]}),
        ("c-below", {"role": "administrator", "divisions": ["361002100"]}),
    ],
)
async def test_a_countys_administrator_gives_what_lies_within_it(
    city: City, name: str, grant: dict[str, Any]
) -> None:  # fmt: skip
    view = await made(city, account(name, grant), COUNTY_ADMINISTRATOR)
    assert (view["is_active"], view["must_reset"], view["version"]) == (True, True, 1)
    assert (await city.get("identity", f"/accounts/{name}", COUNTY_ADMINISTRATOR)).status_code == 200


@pytest.mark.parametrize(
    "grant",
    [
        {"role": "station_head"},
        {"role": "station_head", "stations": [str(STATION)], "divisions": ["3610"]},
        {"role": "county_manager"},
        {"role": "auditor", "divisions": ["3610"]},
        {"role": "provider_officer"},
        {"role": "service"},
        {"role": "station_head", "stations": ["00000000-0000-0000-0000-000000000000"]},
        {"role": "county_manager", "divisions": ["3601"]},
        {"role": "county_manager", "divisions": ["361002,3610"]},
        {"role": "emperor"},
    ],
)
async def test_a_role_comes_with_its_own_scope_and_no_other(city: City, grant: dict[str, Any]) -> None:
    answer = await city.post("identity", "/accounts", ADMINISTRATOR, account("unfit", grant))
    assert answer.status_code == 422, answer.text


async def test_an_account_elsewhere_is_not_there_and_one_that_reaches_further_cannot_be_changed(city: City) -> None:
    await made(city, account("elsewhere", ELSEWHERE))
    assert (await city.get("identity", "/accounts/elsewhere", COUNTY_ADMINISTRATOR)).status_code == 404
    await made(city, account("both", HEAD, ELSEWHERE))
    seen = await city.get("identity", "/accounts/both", COUNTY_ADMINISTRATOR)
    assert seen.status_code == 200
    less = {"grants": [HEAD], "worker": None}
    assert (await city.put("identity", "/accounts/both", COUNTY_ADMINISTRATOR, less, version=1)).status_code == 403
    assert (await city.post("identity", "/accounts/both/end", COUNTY_ADMINISTRATOR)).status_code == 403
    assert (await city.post("identity", "/accounts/elsewhere/end", COUNTY_ADMINISTRATOR)).status_code == 404


async def test_an_edit_names_its_version_and_ends_the_tokens_of_before(city: City) -> None:
    await made(city, account("edited"))
    edit = {"grants": [HEAD, {"role": "social_worker", "stations": [str(STATION)]}], "worker": "w-1"}
    assert (await city.put("identity", "/accounts/edited", COUNTY_ADMINISTRATOR, edit)).status_code == 428
    answer = await city.put("identity", "/accounts/edited", COUNTY_ADMINISTRATOR, edit, version=1)
    assert answer.status_code == 200, answer.text
    assert (answer.headers["etag"], answer.json()["worker"]) == ('"2"', "w-1")
    assert (await city.put("identity", "/accounts/edited", COUNTY_ADMINISTRATOR, edit, version=1)).status_code == 412
    assert await facts(city, "edited") == [
        "identity.account_changed.v1", "identity.account_changed.v1", "identity.access_revoked.v1"
    ]  # fmt: skip


async def test_an_ended_account_stays_ended_and_its_name_stays_taken(city: City) -> None:
    await made(city, account("ended"))
    answer = await city.post("identity", "/accounts/ended/end", COUNTY_ADMINISTRATOR)
    assert answer.status_code == 200, answer.text
    assert answer.json()["is_active"] is False
    assert answer.json()["ended_at"] is not None
    assert (await city.post("identity", "/accounts/ended/end", COUNTY_ADMINISTRATOR)).status_code == 409
    again = await city.post("identity", "/accounts", ADMINISTRATOR, account("ended"))
    assert again.json()["type"].endswith("name-taken")
    assert (await facts(city, "ended"))[-1] == "identity.access_revoked.v1"


async def test_a_name_taken_elsewhere_is_taken(city: City) -> None:
    await made(city, account("taken", ELSEWHERE))
    answer = await city.post("identity", "/accounts", COUNTY_ADMINISTRATOR, account("taken"))
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:fuzhou:problem:name-taken")


async def test_lists_show_what_reaches_into_ones_divisions_and_page_through(city: City) -> None:
    everything = await pages(city, AUDITOR)
    within = await pages(city, COUNTY_ADMINISTRATOR)
    assert {"hotline", "head-361002100", "auditor"} <= everything
    assert "head-361002100" in within
    assert not within & {"hotline", "auditor", "head-361021100", "administrator"}
    assert "head-361021100" in await pages(city, AUDITOR, division="361021")


async def test_others_manage_nothing(city: City) -> None:
    for person in (AUDITOR, Person.of(Role.CITY_MANAGER, divisions=("3610",))):
        assert (await city.post("identity", "/accounts", person, account("mine"))).status_code == 403
    assert (await city.get("identity", "/clients", AUDITOR)).status_code == 403


async def test_row_level_security_holds_without_the_codes_own_rules(city: City) -> None:
    from sqlalchemy import text
    from sqlalchemy.exc import ProgrammingError

    from shared.kit.database import Context

    database = city.house("identity").database
    widen = text("UPDATE account SET divisions = '{3610}' WHERE name = :name RETURNING 1")
    async with database.work(Context(actor="x", divisions=("361002",))) as session:
        divisions = await session.scalars(
            text("SELECT unnest(divisions) FROM account WHERE cardinality(divisions) = 1")
        )
        assert {code[:6] for code in divisions} == {"361002"}
        assert await session.scalar(widen, {"name": "hotline"}) is None
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with database.work(Context(actor="x", divisions=("361002",))) as session:
            await session.execute(widen, {"name": "head-361002100"})
    for nobody in (Context(actor="x"), Context(actor="x", machine="identity.token")):
        async with database.work(nobody) as session:
            assert await session.scalar(text("SELECT count(*) FROM account")) == 0


@given(administered=st.lists(CODES, max_size=3), codes=st.lists(CODES, min_size=1, max_size=4))
def test_who_covers_all_covers_each_and_never_upwards(administered: list[str], codes: list[str]) -> None:
    expected = all(any(code[: len(prefix)] == prefix for prefix in administered) for code in codes)
    assert covers(administered, codes) == expected
    if "3610" in codes:
        assert covers(administered, codes) == ("3610" in administered)


@given(
    role=st.sampled_from(sorted(FOR_ACCOUNTS)), divisions=st.lists(CODES, max_size=2),
    stations=st.lists(st.sampled_from(sorted(PLACES)), max_size=2), provider=st.sampled_from((None, "health")),
    administered=st.lists(CODES, min_size=1, max_size=2),
)  # fmt: skip
def test_no_whole_grant_reaches_further_than_where_it_is_managed(
    role: Role, divisions: list[str], stations: list[str], provider: str | None, administered: list[str]
) -> None:
    grant = Grant(role=role, divisions=tuple(divisions), stations=tuple(stations), provider=provider)
    if not is_whole(grant):
        return
    reached = divisions_of(grant, PLACES)
    assert reached
    assert set(reached) >= set(divisions) | {PLACES[station] for station in stations}
    if SCOPED_BY[role] in {Scope.PROVIDER, Scope.CITY}:
        assert covers(administered, reached) == ("3610" in administered)


async def facts(city: City, subject: str) -> list[str]:
    owner = await city.owner("identity")
    rows = await owner.fetch("SELECT name FROM fact WHERE subject = $1 ORDER BY sequence", subject)
    await owner.close()
    return [row["name"] for row in rows]


async def pages(city: City, person: Person, **filters: str) -> set[str]:
    names: set[str] = set()
    after: dict[str, str] = {}
    while True:
        page = (await city.get("identity", "/accounts", person, params={"limit": 20} | filters | after)).json()
        assert not names & {item["name"] for item in page["items"]}
        names |= {item["name"] for item in page["items"]}
        if page["next"] is None:
            return names
        after = {"after": page["next"]}


async def test_accounts_are_found_by_a_part_of_their_name(city: City) -> None:
    await made(city, account("to-be-found-again"))
    for part, is_there in (("be-found", True), ("nobody-is-called-so", False), ("to_be", False)):
        items = (await city.get("identity", f"/accounts?name={part}", ADMINISTRATOR)).json()["items"]
        assert ("to-be-found-again" in [each["name"] for each in items]) is is_there
