"""A file that was merged is read as the one that counts: in queues, searches, cards, consents and messages."""

from typing import Any
from uuid import UUID

import pytest

from shared.schemas.access import Role
from tests.city import City, Person
from tests.needs.asking import TUESDAY, asked, judged, number
from tests.needs.matching_by_hand import MatchingByHand
from tests.people import COUNTY, HEAD, OPERATOR, OTHER_HEAD, OTHER_TOWNSHIP, TOWNSHIP, WORKER, person

OTHER = {"name": "王秀兰", "birth_date": "1952-03-07", "phones": [{"number": "13700000061"}]}


async def merge(city: City, one: str, into: str) -> None:
    """As the merge itself writes it, once people can ask for it."""
    owner = await city.owner("needs")
    await owner.execute("INSERT INTO resident_alias VALUES ($1, $2)", UUID(one), UUID(into))
    await owner.close()


async def split(city: City, one: str) -> None:
    owner = await city.owner("needs")
    await owner.execute("DELETE FROM resident_alias WHERE resident_id = $1", UUID(one))
    await owner.close()


async def two_files(city: City, **changes: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A need under a file that was merged, and one under the file that counts."""
    old = await asked(city, resident=person(**(OTHER | changes)))
    counts = await asked(city, resident=person(name="王秀蓝", address="上顿渡镇示例路9号"))
    await merge(city, old["resident_id"], counts["resident_id"])
    return old, counts


async def found(city: City, path: str, by: Person = HEAD) -> list[str]:
    items = (await city.get("needs", path, by)).json()["items"]
    return sorted(item["id"] for item in items)


async def test_a_persons_queue_shows_what_was_asked_under_either_file(needs_alone: City) -> None:
    old, counts = await two_files(needs_alone)
    both = sorted([old["id"], counts["id"]])
    for file in (old, counts):
        assert await found(needs_alone, f"/needs?resident_id={file['resident_id']}") == both
    assert await found(needs_alone, f"/needs?resident_id={old['resident_id']}", OTHER_HEAD) == []
    await split(needs_alone, old["resident_id"])
    assert await found(needs_alone, f"/needs?resident_id={old['resident_id']}") == [old["id"]]


async def test_reading_a_merged_file_shows_the_one_that_counts_and_the_trail_says_which(needs_alone: City) -> None:
    old, counts = await two_files(needs_alone)
    read = await needs_alone.get("needs", f"/residents/{old['resident_id']}?purpose=casework", HEAD)
    assert (read.json()["id"], read.json()["name"]) == (counts["resident_id"], "王秀蓝")
    owner = await needs_alone.owner("needs")
    query = "SELECT count(*) FROM audit_entry WHERE act = 'read_resident' AND subject = $1"
    assert await owner.fetchval(query, UUID(counts["resident_id"])) == 1
    await owner.close()


async def test_a_search_that_finds_either_file_answers_the_one_that_counts_once(needs_alone: City) -> None:
    old, counts = await two_files(needs_alone, number=number(61))
    for known in ({"number": number(61)}, {"name": "王秀兰", "phone": "13700000061"}):
        answer = await needs_alone.post("needs", "/residents/search", OPERATOR, known, now=TUESDAY)
        ids = [item["id"] for item in answer.json()["items"]]
        assert (ids.count(counts["resident_id"]), old["resident_id"] in ids) == (1, False), known
    # One word of each file is together what neither says alone.
    known = {"name": "王秀蓝", "phone": "13700000061"}
    answer = await needs_alone.post("needs", "/residents/search", OPERATOR, known, now=TUESDAY)
    assert counts["resident_id"] in [item["id"] for item in answer.json()["items"]]


async def test_what_is_asked_under_a_merged_number_or_id_goes_to_the_file_that_counts(needs_alone: City) -> None:
    old, counts = await two_files(needs_alone, number=number(62))
    by_number = await asked(needs_alone, resident=person(number=number(62)))
    by_id = await asked(needs_alone, resident=None, resident_id=old["resident_id"])
    assert by_number["resident_id"] == by_id["resident_id"] == counts["resident_id"]


async def test_needs_of_both_files_are_one_persons_and_can_be_joined(needs_alone: City) -> None:
    old, counts = await two_files(needs_alone)
    answer = await needs_alone.post("needs", f"/needs/{old['id']}/join", HEAD, {"need_id": counts["id"]}, now=TUESDAY)
    assert answer.status_code == 200


async def test_the_card_of_a_need_is_the_one_that_counts_for_the_station_and_the_department(
    needs_alone: City,
) -> None:
    old, counts = await two_files(needs_alone)
    await judged(needs_alone, old)
    order = await MatchingByHand(needs_alone).accepted(old, TUESDAY)
    officer = Person.of(Role.PROVIDER_OFFICER, provider="civil_affairs")
    for who, body in ((HEAD, {"need_id": old["id"]}), (officer, {"order_id": str(order)})):
        (card,) = (await needs_alone.post("needs", "/residents/cards", who, body, now=TUESDAY)).json()["items"]
        assert (card["resident_id"], card["fields"]["name"]) == (counts["resident_id"], "王秀蓝")


async def test_a_station_with_work_under_the_merged_file_sees_the_one_that_counts_while_it_runs(
    needs_alone: City,
) -> None:
    old = await asked(needs_alone, by=OTHER_HEAD, division=OTHER_TOWNSHIP, resident=person(**OTHER))
    counts = await asked(needs_alone, resident=person(name="王秀蓝"))
    path = f"/residents/{counts['resident_id']}?purpose=casework"
    other = Person.of(Role.SOCIAL_WORKER, "elsewhere", stations=(old["station_id"],))
    assert (await needs_alone.get("needs", path, other)).status_code == 404
    await merge(needs_alone, old["resident_id"], counts["resident_id"])
    assert (await needs_alone.get("needs", path, other)).json()["name"] == "王秀蓝"
    await needs_alone.post("needs", f"/needs/{old['id']}/withdraw", OTHER_HEAD, {}, now=TUESDAY)
    assert (await needs_alone.get("needs", path, other)).status_code == 404


async def test_consent_is_the_persons_and_is_recorded_under_the_file_that_counts(needs_alone: City) -> None:
    old, counts = await two_files(needs_alone)
    body = {"given": True, "evidence": "电话录音 0310-21"}
    for file in (old, counts):
        path = f"/residents/{file['resident_id']}/consents"
        answer = await needs_alone.post("needs", path, WORKER, body, now=TUESDAY)
        assert answer.json()["resident_id"] == counts["resident_id"]
    shown = (await needs_alone.get("needs", f"/residents/{old['resident_id']}/consents", HEAD)).json()["items"]
    assert len(shown) == 2
    override = {"need_id": old["id"], "reason": "danger_to_life", "evidence": "现场评估记录 0310-22"}
    path = f"/residents/{counts['resident_id']}/overrides"
    assert (await needs_alone.post("needs", path, HEAD, override, now=TUESDAY)).status_code == 201


@pytest.mark.parametrize(("phones", "reached"), [([], "13700000061"), ([{"number": "13700000062"}], "13700000062")])
async def test_a_message_goes_to_the_file_that_counts_and_else_to_where_the_person_was_known(
    needs_alone: City, phones: list[dict[str, str]], reached: str
) -> None:
    old = await asked(needs_alone, resident=person(**OTHER))
    counts = await asked(needs_alone, resident=person(name="王秀蓝", phones=phones))
    await merge(needs_alone, old["resident_id"], counts["resident_id"])
    path, body = f"/residents/{old['resident_id']}/messages", {"template": "visit", "parameters": {"when": "明早"}}
    sent = await needs_alone.post("needs", path, WORKER, body, now=TUESDAY)
    assert sent.json()["phone_mask"] == f"{reached[:3]}****{reached[-4:]}"


async def test_editing_under_the_merged_id_edits_the_file_that_counts(needs_alone: City) -> None:
    old, counts = await two_files(needs_alone)
    edit = {"name": "王秀蓝", "division": TOWNSHIP, "phones": [{"number": "13700000063"}], "codes": {}}
    path = f"/residents/{old['resident_id']}"
    answer = await needs_alone.put("needs", path, HEAD, edit, version=1, now=TUESDAY)
    assert (answer.json()["id"], answer.json()["version"]) == (counts["resident_id"], 2)
    assert [phone["number"] for phone in answer.json()["phones"]] == ["13700000063"]


async def test_a_file_merged_into_one_that_was_merged_is_read_under_the_last(needs_alone: City) -> None:
    old, middle = await two_files(needs_alone)
    last = await asked(needs_alone, resident=person(name="王秀岚"))
    await merge(needs_alone, middle["resident_id"], last["resident_id"])
    read = await needs_alone.get("needs", f"/residents/{old['resident_id']}?purpose=casework", HEAD)
    assert read.json()["id"] == last["resident_id"]
    ids = sorted(each["id"] for each in (old, middle, last))
    assert await found(needs_alone, f"/needs?resident_id={last['resident_id']}", COUNTY) == ids
