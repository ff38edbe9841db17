"""A town in which much has happened and everything is heard: needs, orders, cases and surveys at every stage."""

from datetime import datetime, timedelta
from typing import Any

from shared.kit.reconciling import Report
from tests.cases.people import CONSENT, TUESDAY, done, worker
from tests.city import City
from tests.feedback.asking import links, say
from tests.matching.people import FIRST, REFUSAL, SECOND, act, officer, ordered, publish, triaged
from tests.people import ADMINISTRATOR, COUNTY, HEAD, OPERATOR, STATION, TOWNSHIP, WORKER, person

LATER = TUESDAY + timedelta(hours=2)
NEXT_DAY = TUESDAY + timedelta(days=1)


async def build(city: City, *, rounds: int = 1) -> None:
    """Let it all happen, so many times over, and let everybody hear of it."""
    await city.settle()
    for round_ in range(rounds):
        await _one_round(city, round_)
    await city.settle()
    await city.let_time_pass(TUESDAY + timedelta(hours=8))
    await _answer(city, rounds)
    await _speak_up(city)
    for round_ in range(rounds):
        await _helped_by_station(city, round_, 8, "met")
        await _helped_by_station(city, round_, 10, "died")
    await _end_an_account(city)
    await city.settle()


async def _one_round(city: City, number: int) -> None:
    offers = [await publish(city, slug, f"canteen-{number}", capacity=60) for slug in (FIRST, SECOND)]
    grant = {"resource_id": offers[0]["id"], "station_id": str(STATION), "quarter": "2026Q1", "quota": 30}
    await done(city, "/packages", officer(FIRST), grant, service="matching")
    await city.settle()
    id = offers[0]["id"]
    for stage in range(6):
        need_id = await triaged(city, resident=someone(number, stage))
        order = await ordered(city, need_id, id)
        await _let_it_run(city, need_id, order["id"], stage)
        await city.settle()
    await triaged(city, resident=someone(number, 6))
    await _casework(city, number)
    await _withdrawn(city, number, id)
    await city.settle()


def phone(number: int, stage: int) -> str:
    return f"139{number:04}{stage:04}"


def someone(number: int, stage: int) -> dict[str, Any]:
    return person(name=f"王秀{'兰英珍芳玉梅琴华'[stage % 8]}", phones=[{"number": phone(number, stage)}])


async def _let_it_run(city: City, need_id: str, id: str, stage: int) -> None:
    """Requested, accepted, begun, returned; or done and resolved, for a content and for an unhappy person."""
    taker = officer(FIRST)
    if stage == 3:
        assert (await act(city, id, "reject", taker, REFUSAL, now=LATER)).is_success
        return
    steps = [("accept", None), ("start", None), ("complete", {"used": 1})][: min(stage, 3)]
    for verb, body in steps:
        answer = await act(city, id, verb, taker, body, now=LATER)
        assert answer.is_success, answer.text
    await city.settle()
    if stage > 3:
        await done(city, f"/needs/{need_id}/resolve", WORKER, {"outcome": "met"}, service="needs", now=LATER)


async def _casework(city: City, number: int) -> None:
    """A need that policy makes a case: somebody has it, consents, is visited."""
    need_id = await _judged(city, number, "counselling", 7)
    (case,) = [row for row in (await _cases(city)) if row["worker_id"] is None][-1:]
    await done(city, f"/cases/{case['id']}/assign", HEAD, {"worker_id": await worker(city)})
    await done(city, f"/cases/{case['id']}/consent", WORKER, CONSENT, now=LATER)
    visit = {"kind": "visit", "minutes": 45, "reached": True, "need_id": need_id, "contact": "visit"}
    await done(city, f"/cases/{case['id']}/services", WORKER, visit, now=LATER)
    await _judged(city, number, "mental_health", 8)


async def _cases(city: City) -> list[dict[str, Any]]:
    answer = await city.get("cases", "/cases", HEAD, params={"limit": 200})
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def _judged(city: City, number: int, category: str, stage: int) -> str:
    body = {"words": "夜里睡不着，心里难受。", "channel": "hotline", "division": TOWNSHIP} | {
        "resident": someone(number, stage)
    }
    made = await done(city, "/needs", OPERATOR, body, service="needs")
    form = {"category": category, "groups": ["elderly"], "urgency": "routine"}
    await done(city, f"/needs/{made['id']}/triage", HEAD, form, service="needs")
    await city.settle()
    id: str = made["id"]
    return id


async def _withdrawn(city: City, number: int, resource: str) -> None:
    """An ordered need that its person takes back: the order ends with it."""
    need_id = await triaged(city, resident=someone(number, 9))
    await ordered(city, need_id, resource)
    await city.settle()
    await done(city, f"/needs/{need_id}/withdraw", HEAD, service="needs", now=LATER)


async def _helped_by_station(city: City, number: int, stage: int, outcome: str) -> None:
    """The station helps by itself; nobody asks how it went where the person died."""
    need_id = await triaged(city, resident=someone(number, stage), now=LATER)
    for verb, body in (("contacts", {"kind": "call"}), ("start", {}), ("resolve", {"outcome": outcome})):
        await done(city, f"/needs/{need_id}/{verb}", WORKER, body, service="needs", now=LATER)
    await city.settle()


async def _answer(city: City, rounds: int) -> None:
    """Of those whose need is resolved, one is content and one is not."""
    city.house("feedback").limiter = None
    for number in range(rounds):
        for stage, said in ((4, {}), (5, {"solved": "no", "satisfaction": 1})):
            (link, *_) = await links(city, phone(number, stage))
            assert (await say(city, link, now=LATER + timedelta(hours=1), **said)).is_success


async def _speak_up(city: City) -> None:
    body = {"words": "社工答应上门，三次都没有来。", "division": TOWNSHIP, "station_id": str(STATION)}
    complaint = await done(city, "/complaints", OPERATOR, body, service="feedback", now=LATER)
    path = f"/complaints/{complaint['id']}"
    await done(city, f"{path}/assign", COUNTY, {"handler": COUNTY.subject}, service="feedback", now=LATER)
    await done(
        city, f"{path}/settle", COUNTY, {"outcome": "upheld", "answer": "已约谈。"}, service="feedback", now=LATER
    )
    idea = {"words": "食堂门口加一张长椅。", "division": TOWNSHIP}
    await done(city, "/suggestions", OPERATOR, idea, service="feedback", now=LATER)


async def _end_an_account(city: City) -> None:
    """Whose tokens everybody must refuse from now on, for a quarter of an hour."""
    account = {"name": "leaving", "grants": [{"role": "station_head", "stations": [str(STATION)]}], "worker": None}
    await done(city, "/accounts", ADMINISTRATOR, account, service="identity")
    await done(city, "/accounts/leaving/end", ADMINISTRATOR, service="identity")


async def look(city: City, *, at: datetime = NEXT_DAY) -> list[Report]:
    """Let every service look at all its promises."""
    return [report for service in city.apps for report in await city.house(service).reconciler.all(at=at)]


def wrong(reports: list[Report]) -> list[str]:
    """What was found, and why anything could not be looked at."""
    told = [f"{each.promise} {each.subject}: {each.wrong}" for report in reports for each in report.healed]
    told += [f"{each.promise} {each.subject}: {each.wrong} (stays)" for report in reports for each in report.raised]
    return told + [f"{report.promise}: {report.trouble}" for report in reports if report.trouble]
