"""Many at once: one open case for a person at a station, and no case with somebody who has left."""

import asyncio
from collections import Counter
from typing import Any

import httpx

from tests.cases.people import TUESDAY, announced, arrived, done, hear, merged, opened, read, refused, worker
from tests.city import City
from tests.people import HEAD, WORKER

ROUNDS = 6


async def outcomes(*answers: Any) -> list[httpx.Response]:
    return list(await asyncio.gather(*answers))


def kinds(answers: list[httpx.Response]) -> Counter[str]:
    return Counter("done" if each.is_success else each.json()["type"].rpartition(":")[2] for each in answers)


async def test_of_twenty_who_open_a_case_for_one_person_one_does(working: City) -> None:
    """Each for another need of the person, each under a key of its own."""
    first = await arrived(working)
    needs = [first["id"]]
    for _ in range(3):
        later = await arrived(working, resident=None, resident_id=first["resident_id"])
        needs.append(later["id"])
    answers = await outcomes(
        *(working.post("cases", "/cases", WORKER, {"need_id": needs[place % 4]}, now=TUESDAY) for place in range(20))
    )
    found = kinds(answers)
    assert found["done"] == 1, found
    assert set(found) <= {"done", "case-already-open", "need-already-in-case"}
    owner = await working.owner("cases")
    opened_ones = await owner.fetchval("SELECT count(*) FROM casework WHERE resident_id = $1", first["resident_id"])
    await owner.close()
    assert opened_ones == 1
    (case,) = [each.json() for each in answers if each.is_success]
    assert len(await announced(working, "case_opened", case["id"])) == 1


async def test_of_twenty_who_open_a_case_for_the_merged_files_of_one_person_one_does(working: City) -> None:
    """No index knows that two files are one person's: they wait for each other by the person."""
    needs = [await arrived(working), await arrived(working), await arrived(working)]
    one, two, three = (need["resident_id"] for need in needs)
    await hear(working, merged(two, one), merged(three, two))
    answers = await outcomes(
        *(
            working.post("cases", "/cases", WORKER, {"need_id": needs[place % 3]["id"]}, now=TUESDAY)
            for place in range(20)
        )
    )
    found = kinds(answers)
    assert found["done"] == 1, found
    assert set(found) <= {"done", "case-already-open", "need-already-in-case"}


async def test_of_twenty_who_join_a_need_one_does(working: City) -> None:
    case = await opened(working)
    later = await arrived(working, resident=None, resident_id=case["resident_id"])
    path, body = f"/cases/{case['id']}/needs", {"need_id": later["id"]}
    answers = await outcomes(*(working.post("cases", path, WORKER, body, now=TUESDAY) for _ in range(20)))
    assert kinds(answers) == {"done": 1, "need-already-in-case": 19}
    told = [fact["need_id"] for fact in await announced(working, "case_joined", case["id"])]
    assert told == [case["need_id"], later["id"]]


async def test_a_case_that_is_assigned_while_its_worker_leaves_is_the_new_workers(working: City) -> None:
    """Whichever comes first: it never stays in a packet that nobody can complete."""
    for _ in range(ROUNDS):
        case, successor = await opened(working), await worker(working)
        path = f"/cases/{case['id']}/assign"
        left, assigned = await outcomes(
            working.post("cases", f"/workers/{case['worker_id']}/leave", HEAD, now=TUESDAY),
            working.post("cases", path, HEAD, {"worker_id": successor}, now=TUESDAY),
        )
        assert left.is_success, left.text
        assert assigned.is_success, assigned.text
        found = await read(working, case["id"])
        assert (found["worker_id"], found["handover_id"], found["unowned_since"]) == (successor, None, None)
        packets = await working.get("cases", "/handovers", HEAD, params={"limit": 200})
        assert case["worker_id"] not in [packet["worker_id"] for packet in packets.json()["items"]]


async def test_a_case_of_a_packet_is_never_given_to_somebody_who_is_leaving(working: City) -> None:
    """Either they had it and left it in a packet of their own, or they were gone and it waits in the first one."""
    for _ in range(ROUNDS):
        case, successor = await opened(working), await worker(working)
        await done(working, f"/workers/{case['worker_id']}/leave", HEAD)
        path = f"/cases/{case['id']}/assign"
        left, assigned = await outcomes(
            working.post("cases", f"/workers/{successor}/leave", HEAD, now=TUESDAY),
            working.post("cases", path, HEAD, {"worker_id": successor}, now=TUESDAY),
        )
        assert left.is_success, left.text
        assert kinds([assigned]) in ({"done": 1}, {"unknown-worker": 1})
        found = await read(working, case["id"])
        assert found["worker_id"] is None
        assert found["handover_id"] is not None
        assert (await refused(working, path, HEAD, {"worker_id": successor}))[1] == "unknown-worker"


async def test_of_many_heads_who_assign_a_packets_case_the_last_one_counts_and_the_packet_is_complete(
    working: City,
) -> None:
    case = await opened(working)
    successors = [await worker(working) for _ in range(5)]
    await done(working, f"/workers/{case['worker_id']}/leave", HEAD)
    packet = (await read(working, case["id"]))["handover_id"]
    path = f"/cases/{case['id']}/assign"
    answers = await outcomes(
        *(working.post("cases", path, HEAD, {"worker_id": each}, now=TUESDAY) for each in successors)
    )
    assert kinds(answers) == {"done": 5}
    assert (await read(working, case["id"]))["worker_id"] in successors
    every = await working.get("cases", "/handovers", HEAD, params={"limit": 200, "open_only": False})
    (found,) = [each for each in every.json()["items"] if each["id"] == packet]
    assert (found["waiting"], found["completed_at"] is not None) == ([], True)
