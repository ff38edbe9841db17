"""Departments and what they give, for tests."""

from datetime import datetime
from typing import Any

import httpx

from shared.schemas.access import Role
from tests.city import City, Person
from tests.people import COUNTY, HEAD, OPERATOR, STATION, TOWNSHIP, need, triage

TUESDAY = datetime.fromisoformat("2026-03-10T10:00:00+08:00")
FIRST, SECOND, THIRD = "civil_affairs", "health", "womens_federation"
OVER_60 = {
    "field": "age",
    "operator": "gte",
    "value": 60,
    "because": {"zh": "须年满60周岁", "en": "Must be 60 or over"},
}


def system(provider: str) -> Person:
    """A department's system."""
    return Person.of(Role.PROVIDER_SYSTEM, f"system-{provider}", provider=provider)


def officer(provider: str) -> Person:
    """Somebody at a department."""
    return Person.of(Role.PROVIDER_OFFICER, f"officer-{provider}", provider=provider)


def resource(**changes: Any) -> dict[str, Any]:
    """Twenty meals in the test township."""
    return {
        "name": "社区老年食堂助餐",
        "category": "meals",
        "unit": "person_time",
        "areas": [TOWNSHIP],
        "division": TOWNSHIP,
        "eligibility": OVER_60,
        "cost": "每餐自付2元",
        "capacity": 20,
        "assured_until": "2027-12-31",
        "is_sample": True,
    } | changes


async def publish(city: City, provider: str, external_id: str, **changes: Any) -> dict[str, Any]:
    """A department lists a resource."""
    path = f"/providers/{provider}/resources/{external_id}"
    answer = await city.put("matching", path, system(provider), resource(**changes), now=TUESDAY)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def withdraw_all(city: City) -> None:
    """Suspend whatever earlier tests of the module listed, so that each test has its own offers."""
    owner = await city.owner("matching")
    await owner.execute("UPDATE resource SET status = 'suspended'")
    await owner.close()


async def triaged(city: City, *, consent: bool = True, now: datetime = TUESDAY, **changes: Any) -> str:
    """A need that was triaged and has arrived at matching; its id."""
    urgency = changes.pop("urgency", "routine")
    body = need(consents_to_departments=consent, **changes)
    answer = await city.post("needs", "/needs", OPERATOR, body, now=now)
    assert answer.status_code == 201, answer.text
    id: str = answer.json()["id"]
    judged = await city.post("needs", f"/needs/{id}/triage", HEAD, triage(urgency=urgency), now=now)
    assert judged.status_code == 200, judged.text
    await city.settle()
    return id


__all__ = ["COUNTY", "HEAD", "OPERATOR", "STATION", "TOWNSHIP"]


async def order(city: City, need_id: str, resource_id: str, **changes: Any) -> httpx.Response:
    """The station orders."""
    now = changes.pop("now", TUESDAY)
    person = changes.pop("by", HEAD)
    body = {"need_id": need_id, "resource_id": resource_id} | changes
    return await city.post("matching", "/orders", person, body, now=now)


async def ordered(city: City, need_id: str, resource_id: str, **changes: Any) -> dict[str, Any]:
    """The station orders, and it goes out."""
    answer = await order(city, need_id, resource_id, **changes)
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def act(
    city: City, id: str, verb: str, person: Person, body: Any = None, *, now: datetime = TUESDAY
) -> httpx.Response:
    """Somebody does something with an order."""
    return await city.post("matching", f"/orders/{id}/{verb}", person, body, now=now)


async def orders_of(city: City, need_id: str, by: Person = HEAD) -> list[dict[str, Any]]:
    """All orders of a need, oldest first."""
    answer = await city.get("matching", "/orders", by, params={"need_id": need_id, "limit": 200})
    assert answer.status_code == 200, answer.text
    return sorted(answer.json()["items"], key=lambda row: row["id"])


REFUSAL = {"reason": "no_capacity", "evidence": "本月名额已满，见台账第17号"}
