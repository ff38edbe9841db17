"""Cases: one for a person at a station, opened by policy or by hand, step by step to the end."""

from shared.kit.feed.listening import rewind
from tests.cases.people import CONSENT, TUESDAY, announced, approved, arrived, done, opened, read, refused, worker
from tests.city import City, Person
from tests.matching.people import FIRST, publish, system
from tests.people import COUNTY, HEAD, STATION, WORKER


async def cases_of(city: City, resident_id: str) -> list[dict[str, object]]:
    answer = await city.get("cases", "/cases", HEAD, params={"resident_id": resident_id, "limit": 200})
    return list(answer.json()["items"])


async def test_a_need_of_a_category_that_policy_names_becomes_a_case_by_itself(working: City) -> None:
    need = await arrived(working, "counselling")
    [case] = await cases_of(working, need["resident_id"])
    assert (case["stage"], case["status"], case["worker_id"], case["category"]) == (
        "intake", "open", None, "counselling",
    )  # fmt: skip
    [told] = await announced(working, "case_opened", str(case["id"]))
    assert told["need_id"] == need["id"]
    [joined] = await announced(working, "case_joined", str(case["id"]))
    assert (joined["need_id"], joined["episode"], joined["station_id"]) == (need["id"], 1, str(STATION))


async def test_a_need_of_another_category_does_not(working: City) -> None:
    assert await cases_of(working, (await arrived(working, "meals"))["resident_id"]) == []


async def test_a_need_of_nobody_in_particular_does_not(working: City) -> None:
    need = await arrived(working, "counselling", resident=None)
    owner = await working.owner("cases")
    assert await owner.fetchval("SELECT count(*) FROM case_need WHERE need_id = $1", need["id"]) == 0
    await owner.close()


async def test_a_later_need_joins_the_open_case(working: City) -> None:
    first = await arrived(working, "counselling")
    later = await arrived(working, "mental_health", resident=None, resident_id=first["resident_id"])
    [case] = await cases_of(working, first["resident_id"])
    parts = (await read(working, str(case["id"])))["needs"]
    assert [part["need_id"] for part in parts] == [first["id"], later["id"]]
    told = await announced(working, "case_joined", str(case["id"]))
    assert [fact["need_id"] for fact in told] == [first["id"], later["id"]]


async def test_one_case_is_open_for_a_person_at_a_station(working: City) -> None:
    case = await opened(working)
    later = await arrived(working, resident=None, resident_id=case["resident_id"])
    assert await refused(working, "/cases", WORKER, {"need_id": later["id"]}) == (409, "case-already-open")
    await done(working, f"/cases/{case['id']}/needs", WORKER, {"need_id": later["id"]})
    told = await announced(working, "case_joined", case["id"])
    assert [fact["need_id"] for fact in told] == [case["need_id"], later["id"]]
    assert [part["need_id"] for part in (await read(working, case["id"]))["needs"]] == [case["need_id"], later["id"]]


async def test_another_persons_need_does_not_join(working: City) -> None:
    case, stranger = await opened(working), await arrived(working)
    path = f"/cases/{case['id']}/needs"
    assert await refused(working, path, WORKER, {"need_id": stranger["id"]}) == (409, "need-of-another")


async def test_hearing_everything_again_opens_nothing_anew(working: City) -> None:
    need = await arrived(working, "counselling")
    house = working.house("cases")
    async with house.database.work(house.listeners[0].context) as session:
        await rewind(session, ["needs"])
    await working.settle()
    [case] = await cases_of(working, need["resident_id"])
    assert len((await read(working, str(case["id"])))["needs"]) == 1
    assert len(await announced(working, "case_opened", str(case["id"]))) == 1


async def test_the_whole_way_from_intake_to_the_end(working: City) -> None:
    id = (await opened(working))["id"]
    path = f"/cases/{id}"
    await done(working, f"{path}/consent", WORKER, CONSENT)
    await approved(working, id, "intake")
    await done(working, f"{path}/assessments", WORKER, {"scores": {"mind": 2, "family": 2}, "words": "情绪低落"})
    await done(working, f"{path}/goals", WORKER, {"domain": "mind", "words": "两个月内恢复正常作息"})
    await approved(working, id, "plan")
    await done(working, f"{path}/assessments", WORKER, {"scores": {"mind": 4}, "is_evaluation": True})
    await approved(working, id, "closure")
    closed = await done(working, f"{path}/close", WORKER, {"outcome": "met", "scores": {"mind": 4, "family": 4}})
    assert (closed["status"], closed["score_before"], closed["score_after"]) == ("closed", 40, 80)
    stages = [fact["stage"] for fact in await announced(working, "stage_changed", id)]
    assert stages == ["assessment", "planning", "intervention", "evaluation", "termination"]
    [told] = await announced(working, "case_closed", id)
    assert (told["outcome"], told["score_before"], told["score_after"]) == ("met", 40, 80)


async def test_nobody_approves_what_they_asked_for(working: City) -> None:
    id = (await opened(working))["id"]
    await done(working, f"/cases/{id}/consent", WORKER, CONSENT)
    asked = await done(working, f"/cases/{id}/approvals", HEAD, {"act": "intake"})
    path = f"/cases/{id}/approvals/{asked['id']}/decide"
    assert await refused(working, path, HEAD, {"approved": True}) == (403, "own-act")
    await done(working, path, COUNTY, {"approved": True})
    assert (await read(working, id))["stage"] == "assessment"


async def test_a_head_who_works_a_case_does_not_approve_in_it(working: City) -> None:
    heads_account = "station_head-who-works"
    case = await opened(working, with_worker=False)
    await done(working, f"/cases/{case['id']}/assign", HEAD, {
        "worker_id": await worker(working, account=heads_account),
    })  # fmt: skip
    await done(working, f"/cases/{case['id']}/consent", WORKER, CONSENT)
    asked = await done(working, f"/cases/{case['id']}/approvals", WORKER, {"act": "intake"})
    path = f"/cases/{case['id']}/approvals/{asked['id']}/decide"
    assert (await refused(working, path, Person(heads_account, HEAD.grants), {"approved": True}))[1] == "own-act"


async def test_a_no_of_the_head_leaves_the_case_where_it_is(working: City) -> None:
    id = (await opened(working))["id"]
    await done(working, f"/cases/{id}/consent", WORKER, CONSENT)
    asked = await done(working, f"/cases/{id}/approvals", WORKER, {"act": "intake"})
    path = f"/cases/{id}/approvals/{asked['id']}/decide"
    await done(working, path, HEAD, {"approved": False, "reason": "资料不齐"})
    assert (await read(working, id))["stage"] == "intake"
    assert (await refused(working, path, HEAD, {"approved": True}))[1] == "already-decided"


async def test_without_the_persons_yes_only_closure_can_be_asked_for(working: City) -> None:
    id = (await opened(working))["id"]
    await done(working, f"/cases/{id}/consent", WORKER, CONSENT | {"given": False})
    path = f"/cases/{id}/approvals"
    assert await refused(working, path, WORKER, {"act": "intake"}) == (409, "consent-missing")
    await approved(working, id, "closure")
    closed = await done(working, f"/cases/{id}/close", WORKER, {"outcome": "refused"})
    assert (closed["outcome"], closed["score_after"]) == ("refused", None)


async def test_a_case_is_not_closed_without_the_head_nor_without_scores(working: City) -> None:
    id = (await opened(working))["id"]
    form = {"outcome": "met", "scores": {"mind": 4}}
    assert (await refused(working, f"/cases/{id}/close", WORKER, form))[1] == "case-cannot-move"
    await approved(working, id, "closure")
    assert (await refused(working, f"/cases/{id}/close", WORKER, {"outcome": "met"}))[1] == "scores-missing"


async def test_a_plan_needs_a_goal(working: City) -> None:
    id = (await opened(working))["id"]
    await done(working, f"/cases/{id}/consent", WORKER, CONSENT)
    await approved(working, id, "intake")
    await done(working, f"/cases/{id}/assessments", WORKER, {"scores": {"mind": 2}})
    assert (await refused(working, f"/cases/{id}/approvals", WORKER, {"act": "plan"}))[1] == "plan-incomplete"


async def test_a_closed_case_goes_on_at_assessment_when_it_is_reopened(working: City) -> None:
    id = (await opened(working))["id"]
    await approved(working, id, "closure")
    await done(working, f"/cases/{id}/close", WORKER, {"outcome": "unreachable"})
    again = await done(working, f"/cases/{id}/reopen", HEAD)
    assert (again["status"], again["stage"], again["outcome"]) == ("open", "assessment", None)
    [told] = await announced(working, "case_reopened", id)
    assert (told["worker_id"], told["station_id"]) == (again["worker_id"], str(STATION))


async def test_what_happens_to_an_order_stands_on_the_cases_timeline(working: City) -> None:
    listed = await publish(working, FIRST, "for-a-case")
    need = await arrived(working, consents_to_departments=True)
    case = await done(working, "/cases", WORKER, {"need_id": need["id"], "worker_id": await worker(working)})
    form = {"need_id": need["id"], "resource_id": listed["id"]}
    order = await done(working, "/orders", WORKER, form, service="matching")
    await done(working, f"/orders/{order['id']}/accept", system(FIRST), service="matching", now=TUESDAY)
    await working.settle()
    items = (await working.get("cases", f"/cases/{case['id']}/timeline", WORKER)).json()["items"]
    assert {item["fact"] for item in items} == {
        "cases.case_opened.v1", "cases.case_joined.v1", "matching.order_requested.v1", "matching.order_accepted.v1",
    }  # fmt: skip
