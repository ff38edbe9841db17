"""A need goes elsewhere: referred out to others, or joined into another need of the same matter."""

from typing import Any

import httpx
import pytest

from tests.city import City, Person
from tests.needs.asking import TUESDAY, asked, clocks, happened, judged
from tests.people import HEAD, OPERATOR, OTHER_HEAD, OTHER_TOWNSHIP, WORKER, person

TO = "抚州市第三医院心理门诊"


async def joined(city: City, one: dict[str, Any], other: dict[str, Any], *, by: Person = HEAD) -> httpx.Response:
    return await city.post("needs", f"/needs/{one['id']}/join", by, {"need_id": other["id"]}, now=TUESDAY)


async def same_person(city: City) -> tuple[dict[str, Any], dict[str, Any]]:
    first = await asked(city, resident=person())
    return first, await asked(city, resident=None, resident_id=first["resident_id"])


async def test_a_referral_ends_the_need_and_keeps_to_whom_sealed(needs_alone: City) -> None:
    made = await asked(needs_alone)
    body = {"kind": "medical", "to": TO}
    answer = await needs_alone.post("needs", f"/needs/{made['id']}/refer", WORKER, body, now=TUESDAY)
    assert (answer.json()["status"], answer.json()["referral"], answer.json()["due_at"]) == (
        "referred_out", "medical", None,
    )  # fmt: skip
    assert {clock["stopped_at"] for found in (await clocks(needs_alone, made)).values() for clock in found} == {
        TUESDAY.isoformat()
    }
    assert (await needs_alone.get("needs", f"/needs/{made['id']}/words", WORKER)).json()["referred_to"] == TO
    owner = await needs_alone.owner("needs")
    for table in ("need", "fact"):
        assert TO not in await owner.fetchval(f"SELECT string_agg(t::text, ' ') FROM {table} t"), table
    await owner.close()
    (fact,) = await happened(needs_alone, made, "need_referred_out")
    assert fact["kind"] == "medical"


async def test_a_second_need_of_the_same_person_goes_on_in_the_first(needs_alone: City) -> None:
    first, second = await same_person(needs_alone)
    answer = await joined(needs_alone, second, first)
    assert (answer.json()["status"], answer.json()["joined_to"]) == ("joined", first["id"])
    (fact,) = await happened(needs_alone, second, "need_joined")
    assert fact["joined_to"] == first["id"]
    assert (await needs_alone.get("needs", f"/needs/{first['id']}", HEAD)).json()["status"] == "registered"
    assert all(clock["stopped_at"] for found in (await clocks(needs_alone, second)).values() for clock in found)


async def test_a_need_without_a_name_joins_one_of_the_same_township_and_category(needs_alone: City) -> None:
    first, nameless, else_about = await asked(needs_alone), *[await asked(needs_alone, resident=None) for _ in range(2)]
    await judged(needs_alone, first)
    await judged(needs_alone, nameless)
    await judged(needs_alone, else_about, category="counselling")
    assert (await joined(needs_alone, else_about, first)).status_code == 409
    assert (await joined(needs_alone, nameless, first)).status_code == 200


@pytest.mark.parametrize("which", ["itself", "another person", "another township", "one that ended"])
async def test_what_is_not_one_matter_is_not_joined(needs_alone: City, which: str) -> None:
    first, second = await same_person(needs_alone)
    other = first
    match which:
        case "itself":
            other = second
        case "another person":
            other = await asked(needs_alone, resident=person(name="李建国", birth_date="1948-05-02", phones=[]))
        case "another township":
            other = await asked(needs_alone, division=OTHER_TOWNSHIP, resident=None)
        case "one that ended":
            await needs_alone.post("needs", f"/needs/{first['id']}/withdraw", HEAD, {}, now=TUESDAY)
    answer = await joined(needs_alone, second, other, by=OPERATOR)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:fuzhou:problem:not-the-same-matter")


async def test_one_joins_only_what_one_sees(needs_alone: City) -> None:
    _, second = await same_person(needs_alone)
    elsewhere = await asked(needs_alone, division=OTHER_TOWNSHIP)
    hidden = await joined(needs_alone, second, elsewhere)
    unknown = await joined(needs_alone, second, {"id": "00000000-0000-7000-8000-000000000000"})
    assert (hidden.status_code, unknown.status_code) == (422, 422)
    assert hidden.json()["detail"] == unknown.json()["detail"]
    assert (await joined(needs_alone, second, elsewhere, by=OTHER_HEAD)).status_code == 404
