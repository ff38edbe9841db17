"""Short ways to let an episode end, to answer, and to look at what came of it."""

import json
import re
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.feedback.models import Survey
from services.feedback.repository.surveys import surveys_of
from shared.kit.database import Context
from shared.kit.feed.ears import HeardFact
from shared.kit.feed.listening import handle
from shared.schemas.facts import Fact
from shared.schemas.facts.needs import NeedResolved
from shared.schemas.vocabulary import Outcome
from tests.city import City, Person
from tests.needs.asking import TUESDAY, asked, judged
from tests.people import COUNTY, OPERATOR, STATION, TOWNSHIP, WORKER, person

MACHINE = Context(actor="tests", machine="feedback.timers")
LINK = re.compile(r"/survey/([A-Za-z0-9_-]+)")


async def hear(city: City, *facts: Fact, at: datetime = TUESDAY) -> None:
    """Let feedback hear facts, as its listeners would."""
    for fact in facts:
        listener = next(each for each in city.house("feedback").listeners if fact.name in each.handlers)
        heard = HeardFact("", uuid4(), fact.name, fact.subject, 1, at, fact.model_dump(mode="json"))
        async with listener.database.work(listener.context) as session:
            await handle(session, heard, listener.handlers)


def ended(need_id: UUID | None = None, *, at: datetime = TUESDAY, **changes: Any) -> NeedResolved:
    """The fact that an episode of somebody's need ended."""
    told: dict[str, Any] = {
        "need_id": need_id or uuid4(), "resident_id": uuid4(), "episode": 1, "outcome": Outcome.MET,
        "category": "meals", "division": TOWNSHIP, "station_id": STATION, "resolved_at": at,
    }  # fmt: skip
    return NeedResolved(**(told | changes))


async def survey_of(city: City, need_id: UUID, episode: int = 1) -> Survey:
    async with city.house("feedback").database.work(MACHINE, now=TUESDAY) as session:
        found = [each for each in await surveys_of(session, need_id) if each.episode == episode]
    (survey,) = found
    return survey


async def served(city: City, phone: str | None, *, at: datetime = TUESDAY) -> dict[str, Any]:
    """A need that its station itself met, through the interfaces of needs."""
    phones = [{"number": phone}] if phone else []
    made = await asked(city, now=at, resident=person(phones=phones))
    await judged(city, made, now=at)
    for act, body in (("contacts", {"kind": "call"}), ("start", {}), ("resolve", {"outcome": "met"})):
        answer = await city.post("needs", f"/needs/{made['id']}/{act}", WORKER, body, now=at)
        assert answer.is_success, answer.text
    await city.settle()
    return made


async def links(city: City, phone: str) -> list[str]:
    """The survey links that a phone was sent."""
    items = (await city.get("needs", "/messages?limit=200", OPERATOR)).json()["items"]
    found = [LINK.search(item["text"]) for item in items if item["phone"] == phone]
    return [each[1] for each in found if each is not None]


async def say(city: City, token: str | None, *, now: datetime = TUESDAY, **changes: Any) -> httpx.Response:
    """Answer by link."""
    body = {"responded": True, "solved": "yes", "satisfaction": 5} | changes
    return await city.client("feedback", now=now).post(f"/surveys/{token}", json=body)


async def announced(city: City, subject: object, name: str) -> list[dict[str, Any]]:
    """The facts of one name about a survey, a complaint or a suggestion."""
    owner = await city.owner("feedback")
    query = "SELECT body::text FROM fact WHERE subject = $1 AND name = $2 ORDER BY sequence"
    rows = await owner.fetch(query, str(subject), f"feedback.{name}.v1")
    await owner.close()
    return [json.loads(row["body"]) for row in rows]


async def disputes(city: City, need_id: UUID, *, by: Person = COUNTY, query: str = "") -> list[dict[str, Any]]:
    """What stands on the list of disputes about a need."""
    answer = await city.get("feedback", f"/disputes?limit=200{query}", by)
    assert answer.status_code == 200, answer.text
    return [item for item in answer.json()["items"] if item["need_id"] == str(need_id)]


async def refusals(city: City, subject: object, by: Person) -> list[str]:
    """What the trail says that somebody was refused."""
    owner = await city.owner("feedback")
    query = "SELECT act FROM audit_entry WHERE subject::text = $1 AND actor = $2 AND outcome = 'refused'"
    rows = await owner.fetch(query, str(subject), by.subject)
    await owner.close()
    return [row["act"] for row in rows]
