"""One person, one file: found by number across counties, hidden where it must be, masked for those who may not read."""

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.needs.rules.numbers import EARLIEST_BIRTH
from services.needs.schemas.residents import ResidentForm
from shared.schemas.access import Role
from tests.city import City, Person
from tests.needs.asking import TUESDAY, asked, happened, judged, moment, number
from tests.people import COUNTY, HEAD, OPERATOR, OTHER_HEAD, OTHER_TOWNSHIP, TOWNSHIP, WORKER, need, person

ASKER = Person.of(Role.RESIDENT, "asker")
OTHER_COUNTY = Person.of(Role.HEAD_STATION, "head_station-2", divisions=("361021",))


async def search(city: City, who: Person, **known: Any) -> list[dict[str, Any]]:
    answer = await city.post("needs", "/residents/search", who, known, now=TUESDAY)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_a_known_number_attaches_the_need_to_its_file(needs_alone: City) -> None:
    first = await asked(needs_alone, resident=person(number=number(2)))
    again = await asked(needs_alone, resident=person(number=number(2), name="王秀蘭", phones=[]))
    assert again["resident_id"] == first["resident_id"]
    read = await needs_alone.get("needs", f"/residents/{first['resident_id']}?purpose=casework", HEAD)
    assert read.json()["name"] == "王秀兰", "what was told again overwrites nothing"


async def test_the_same_number_written_another_way_is_the_same_person(needs_alone: City) -> None:
    written = next(found for serial in range(100, 160) if (found := number(serial)).endswith("X"))
    first = await asked(needs_alone, resident=person(number=written))
    wide = written.translate({ord("0") + digit: ord("０") + digit for digit in range(10)}).replace("X", "ｘ")
    again = await asked(needs_alone, resident=person(number=f" {wide[:6]} {wide[6:]}"))
    assert again["resident_id"] == first["resident_id"]


async def test_a_second_file_for_a_number_is_refused_with_the_first(needs_alone: City) -> None:
    first = await asked(needs_alone, resident=person(number=number(4)))
    body = person(number=number(4)) | {"division": OTHER_TOWNSHIP}
    answer = await needs_alone.post("needs", "/residents", OTHER_HEAD, body)
    assert answer.status_code == 409
    assert first["resident_id"] in answer.json()["detail"]


async def test_a_mover_keeps_the_file_and_the_new_station_sees_it_while_the_need_runs(needs_alone: City) -> None:
    at_home = await asked(needs_alone, resident=person(number=number(6)))
    path = f"/residents/{at_home['resident_id']}?purpose=casework"
    assert (await needs_alone.get("needs", path, OTHER_HEAD)).status_code == 404
    moved = await asked(needs_alone, by=OTHER_HEAD, division=OTHER_TOWNSHIP, resident=person(number=number(6)))
    assert moved["resident_id"] == at_home["resident_id"]
    assert (await needs_alone.get("needs", path, OTHER_HEAD)).json()["division"] == TOWNSHIP
    await needs_alone.post("needs", f"/needs/{moved['id']}/withdraw", OTHER_HEAD, {}, now=TUESDAY)
    assert (await needs_alone.get("needs", path, OTHER_HEAD)).status_code == 404


async def test_a_search_crosses_counties_and_says_little(needs_alone: City) -> None:
    told = person(name="欧阳示例", number=number(8), phones=[{"number": "13900000008"}])
    made = await asked(needs_alone, resident=told)
    (theirs,) = await search(needs_alone, OTHER_HEAD, number=number(8))
    assert theirs == {
        "id": made["resident_id"], "name_mask": "欧***", "division": TOWNSHIP, "certainty": "exact", "may_read": False,
    }  # fmt: skip
    (mine,) = await search(needs_alone, HEAD, number=number(8))
    assert mine["may_read"] is True


@pytest.mark.parametrize(
    "known",
    [
        {"name": "买买提•示例", "birth_date": "1952-03-07"},
        {"name": "买买提 · 示例", "phone": "139 0000 0010"},
        {"birth_date": "1952-03-07", "phone": "13900000010"},
    ],
)
async def test_two_of_name_birth_date_and_phone_are_suspected(needs_alone: City, known: dict[str, str]) -> None:
    if not await search(needs_alone, COUNTY, number=number(10)):
        told = person(name="买买提·示例", number=number(10), phones=[{"number": "13900000010"}])
        await asked(needs_alone, resident=told)
    assert [found["certainty"] for found in await search(needs_alone, COUNTY, **known)] == ["suspected"]


async def test_a_number_that_contradicts_the_birth_date_is_only_suspected(needs_alone: City) -> None:
    await asked(needs_alone, resident=person(number=number(12)))
    (found,) = await search(needs_alone, COUNTY, number=number(12), birth_date="1953-03-07")
    assert found["certainty"] == "suspected"


@pytest.mark.parametrize("known", [{}, {"name": "王秀兰"}, {"phone": "13800000000"}, {"number": "x"}])
async def test_one_thing_alone_finds_nobody(needs_alone: City, known: dict[str, str]) -> None:
    answer = await needs_alone.post("needs", "/residents/search", COUNTY, known)
    assert answer.status_code == 422


async def test_a_restricted_person_is_hidden_from_search_and_still_served(needs_alone: City) -> None:
    told = person(name="示例保密", number=number(14), phones=[{"number": "13900000014"}], restricted=True)
    hidden = await asked(needs_alone, resident=told)
    assert await search(needs_alone, OTHER_HEAD, number=number(14)) == []
    assert await search(needs_alone, OTHER_HEAD, name="示例保密", phone="13900000014") == []
    again = await asked(needs_alone, by=OTHER_HEAD, division=OTHER_TOWNSHIP, resident=person(number=number(14)))
    assert again["resident_id"] == hidden["resident_id"]


async def test_a_look_up_and_a_reading_are_written_down_with_who_and_why(needs_alone: City) -> None:
    made = await asked(needs_alone, resident=person(number=number(16)))
    await search(needs_alone, OTHER_HEAD, number=number(16))
    await needs_alone.get("needs", f"/residents/{made['resident_id']}?purpose=follow_up", WORKER)
    await needs_alone.get("needs", f"/needs/{made['id']}/words", WORKER)
    owner = await needs_alone.owner("needs")
    rows = await owner.fetch(
        "SELECT actor, act, purpose, outcome FROM audit_entry WHERE subject::text = $1 ORDER BY number",
        made["resident_id"],
    )
    await owner.close()
    assert [tuple(row) for row in rows] == [
        (OTHER_HEAD.subject, "search_residents", "search", "read"),
        (WORKER.subject, "read_resident", "follow_up", "read"),
        (WORKER.subject, "read_words", f"need:{made['id']}", "read"),
    ]


async def test_an_edit_shows_the_file_and_is_written_down_as_a_reading(needs_alone: City) -> None:
    made = await asked(needs_alone, resident=person(number=number(17)))
    path = f"/residents/{made['resident_id']}"
    body = {"name": "王秀兰", "division": TOWNSHIP}
    answer = await needs_alone.put("needs", path, HEAD, body, version=1, now=TUESDAY)
    assert (answer.status_code, answer.json()["number"]) == (200, number(17))
    owner = await needs_alone.owner("needs")
    rows = await owner.fetch(
        "SELECT actor, act, purpose, fields FROM audit_entry WHERE subject::text = $1", made["resident_id"]
    )
    await owner.close()
    assert [tuple(row)[:3] for row in rows] == [(HEAD.subject, "edit_resident", "correction")]
    assert "number" in rows[0]["fields"]


async def test_whoever_searches_too_fast_is_told_when_to_come_back(needs_alone: City) -> None:
    hasty = Person.of(Role.HEAD_STATION, "hasty", divisions=("361002",))
    body = {"number": number(2)}
    answers = [await needs_alone.post("needs", "/residents/search", hasty, body) for _ in range(31)]
    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    assert int(answers[-1].headers["Retry-After"]) >= 1


@pytest.mark.parametrize("name", ["𠮷田𡈽", "㐂三", "\U00030edd\U00030ede", "阿卜杜拉·买买提", "Anna Müller", "王"])
async def test_everyones_name_comes_back_whole(needs_alone: City, name: str) -> None:
    phone = f"139{sum(map(ord, name)) % 10**8:08}"
    made = await asked(needs_alone, resident=person(name=name, phones=[{"number": phone}]))
    read = (await needs_alone.get("needs", f"/residents/{made['resident_id']}?purpose=casework", HEAD)).json()
    assert read["name"] == name
    (found,) = await search(needs_alone, WORKER, name=name, phone=phone)
    assert found["name_mask"][0] == name[0]


async def test_personal_fields_can_not_be_read_in_the_database(needs_alone: City) -> None:
    told = person(name="示例金丝雀", number=number(18), address="金丝雀路1号", phones=[{"number": "13900000018"}])
    await asked(needs_alone, resident=told, words="金丝雀说的话", consents_to_departments=True)
    owner = await needs_alone.owner("needs")
    query = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    tables = [row["relname"] for row in await owner.fetch(query)]
    for table in tables:
        everything = await owner.fetchval(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
        for canary in ("金丝雀", number(18), "13900000018"):
            assert canary not in everything, table
            assert canary.encode().hex() not in everything, table
    await owner.close()


async def test_a_birthday_that_matters_says_the_codes_anew(needs_alone: City) -> None:
    made = await asked(needs_alone, now=moment("03-10 10:00"), resident=person(birth_date="1966-04-01", phones=[]))
    await needs_alone.let_time_pass(moment("04-02 10:00"))
    owner = await needs_alone.owner("needs")
    query = "SELECT (body->'codes'->>'age')::int AS age, time FROM fact WHERE subject = $1 ORDER BY sequence"
    said = [(row["age"], row["time"]) for row in await owner.fetch(query, made["resident_id"])]
    await owner.close()
    assert said == [(59, moment("03-10 10:00")), (60, moment("04-01 00:05"))]


async def test_nobodys_edit_of_a_file_vanishes(needs_alone: City) -> None:
    made = await asked(needs_alone, resident=person(number=number(20)))
    path, edit = f"/residents/{made['resident_id']}", {"name": "王秀兰", "division": TOWNSHIP, "phones": []}
    first = await needs_alone.put("needs", path, HEAD, edit | {"address": "甲路"}, version=1)
    assert (first.status_code, first.headers["ETag"]) == (200, '"2"')
    assert (await needs_alone.put("needs", path, WORKER, edit | {"address": "乙路"}, version=1)).status_code == 412
    assert (await needs_alone.put("needs", path, WORKER, edit)).status_code == 428
    assert (await needs_alone.get("needs", f"{path}?purpose=casework", HEAD)).json()["address"] == "甲路"


async def test_who_asks_for_themselves_learns_nothing_of_a_file_that_is_there(needs_alone: City) -> None:
    known = await asked(needs_alone, resident=person(number=number(22)))
    body = need(channel="app", on_behalf_of=None, resident=person(number=number(22), phones=[]))
    answer = await needs_alone.post("needs", "/needs", ASKER, body, now=TUESDAY)
    assert answer.status_code == 201
    assert (
        await needs_alone.get("needs", f"/residents/{known['resident_id']}?purpose=casework", ASKER)
    ).status_code == 403


@pytest.mark.parametrize("who", [ASKER, OTHER_COUNTY], ids=["by themselves", "at another county's head station"])
async def test_a_known_person_who_moved_consents_at_intake(needs_alone: City, who: Person) -> None:
    await asked(needs_alone, resident=person(number=number(24)))
    told = person(number=number(24), phones=[])
    body = need(channel="app", division=OTHER_TOWNSHIP, resident=told, consents_to_departments=True)
    assert (await needs_alone.post("needs", "/needs", who, body, now=TUESDAY)).status_code == 201


async def test_an_unknown_resident_id_is_refused_and_nothing_is_registered(needs_alone: City) -> None:
    body = need(resident=None, resident_id=str(uuid4()))
    assert (await needs_alone.post("needs", "/needs", OPERATOR, body)).json()["type"].endswith("unknown-resident")


async def test_nobody_is_asked_who_wants_to_stay_unnamed(needs_alone: City) -> None:
    made = await asked(needs_alone, resident=None)
    assert made["resident_id"] is None
    await judged(needs_alone, made)
    (fact,) = await happened(needs_alone, made, "need_triaged")
    assert fact["resident_id"] is None


@given(some.dates(min_value=EARLIEST_BIRTH), some.integers(0, 999))
def test_a_birth_date_that_is_not_the_numbers_is_refused(born: Any, serial: int) -> None:
    if born.isoformat() == "1952-03-07":
        return
    with pytest.raises(ValueError, match="不一致"):
        ResidentForm.model_validate({"name": "王", "number": number(serial), "birth_date": born.isoformat()})
