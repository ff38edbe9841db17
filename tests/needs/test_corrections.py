"""A file is corrected: a number that was misheard, a birth date that was guessed."""

from tests.city import City
from tests.needs.asking import TUESDAY, number
from tests.people import HEAD, TOWNSHIP, WORKER, person

EDIT = {"name": "王秀兰", "division": TOWNSHIP, "codes": {}, "phones": []}


async def opened(city: City, **changes: object) -> dict[str, object]:
    answer = await city.post("needs", "/residents", WORKER, person(**changes) | {"division": TOWNSHIP}, now=TUESDAY)
    assert answer.status_code == 201, answer.text
    body: dict[str, object] = answer.json()
    return body


async def test_a_number_that_was_not_known_is_added_and_brings_its_birth_date(needs_alone: City) -> None:
    made = await opened(needs_alone, birth_date=None)
    edit = EDIT | {"number": number(701)}
    answer = await needs_alone.put("needs", f"/residents/{made['id']}", HEAD, edit, version=1, now=TUESDAY)
    assert (answer.status_code, answer.json()["number"]) == (200, number(701)), answer.text
    written = number(701)[6:14]
    assert answer.json()["birth_date"].replace("-", "") == written


async def test_what_is_left_out_stays(needs_alone: City) -> None:
    made = await opened(needs_alone, number=number(702), birth_date=None)
    answer = await needs_alone.put("needs", f"/residents/{made['id']}", HEAD, EDIT, version=1, now=TUESDAY)
    assert answer.json()["number"] == number(702)
    assert answer.json()["birth_date"] == made["birth_date"]


async def test_a_number_that_is_anothers_is_refused(needs_alone: City) -> None:
    await opened(needs_alone, number=number(703), birth_date=None)
    made = await opened(needs_alone, birth_date=None)
    edit = EDIT | {"number": number(703)}
    refused = await needs_alone.put("needs", f"/residents/{made['id']}", HEAD, edit, version=1, now=TUESDAY)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:fuzhou:problem:already-on-file")
