"""The department desk's view: orders by when their answer is due, one order whole, and what there is to give."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.console.errors import Refused, ServiceAway
from services.console.rules.clocks import Bar, open_clocks
from services.console.service.asking import Person
from shared.kit.clock import local_day

PILES: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "to_answer": ("待答复", ("requested",)),
    "accepted": ("待上门", ("accepted",)),
    "running": ("服务中", ("in_progress", "on_hold")),
    "ended": ("已结束", ("completed", "failed", "rejected", "cancelled")),
}
OPEN: Final = ("requested", "accepted", "in_progress", "on_hold")
MOST: Final = 200
# What a listing says of itself, beside how much there is.
LISTED: Final = (
    "name", "category", "unit", "areas", "division", "point", "kind", "eligibility", "documents", "cost", "schedule",
    "lead_days", "opens", "closes", "status", "assured_until", "is_sample",
)  # fmt: skip
# While these last, the person may be seen.
RUNNING: Final = ("accepted", "in_progress", "on_hold")
MOST_LOOKS: Final = 12
LOOK_AGAIN_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True)
class OrderFile:
    """An order with its clock, and what was ordered."""

    id: str
    order: dict[str, Any]
    bars: list[Bar]
    resource: dict[str, Any] | None


async def inbox(who: Person, *, show: str) -> list[dict[str, Any]]:
    """The department's orders of a pile, the soonest due first."""
    _, statuses = PILES.get(show, PILES["to_answer"])
    page = await who.get("matching", "/orders", status=list(statuses), limit=MOST)
    items: list[dict[str, Any]] = page["items"]
    return items


async def counts(who: Person) -> dict[str, int]:
    """How much lies on each pile of what is open."""
    page = await who.get("matching", "/orders", status=list(OPEN), limit=MOST)
    return {
        name: sum(order["status"] in statuses for order in page["items"])
        for name, (_, statuses) in PILES.items()
        if name != "ended"
    }


async def order_file(who: Person, id: UUID) -> OrderFile:
    """One order, if it is the department's."""
    order = await who.get("matching", f"/orders/{id}")
    resource = await who.get_or_none("matching", f"/resources/{order['resource_id']}")
    return OrderFile(str(id), order, open_clocks(order["clocks"], now=who.at), resource)


async def card(who: Person, order_id: UUID) -> dict[str, Any]:
    """What the category lets an officer see of the person while the order runs."""
    cards = await who.post("needs", "/residents/cards", {"order_id": str(order_id)})
    fields: dict[str, Any] = cards["items"][0]["fields"] if cards["items"] else {}
    return fields


def quarter_of(moment: datetime) -> str:
    """The quarter that a moment lies in, as packages name it."""
    day = local_day(moment)
    return f"{day.year}Q{(day.month - 1) // 3 + 1}"


async def stock(who: Person, *, category: str = "") -> list[dict[str, Any]]:
    """What the department lists, with what is left of it."""
    return await who.rows("matching", "/resources", provider=provider_of(who), category=category, most=MOST)


async def list_anew(who: Person, resource_id: str, **changed: Any) -> None:
    """List a resource with another total or another last day; everything else as it stands now.

    Raises:
        Refused: matching does not take it, for a reason beside the field.
    """
    listed = await who.get("matching", f"/resources/{resource_id}")
    told = {name: listed[name] for name in LISTED if listed[name] is not None}
    if listed["capacity"]:
        told["capacity"] = listed["capacity"]["maximum"]
    path = f"/providers/{listed['provider']}/resources/{listed['external_id']}"
    await who.put("matching", path, told | changed, version=listed["version"])


async def packages(who: Person, *, quarter: str) -> list[dict[str, Any]]:
    """What it handed to stations in a quarter, with what is left there."""
    return await who.rows("matching", "/packages", provider=provider_of(who), quarter=quarter, most=2000)


def provider_of(who: Person) -> str:
    return next((grant.provider for grant in who.grants if grant.provider), "")


async def card_or_reason(who: Person, order_id: UUID) -> tuple[dict[str, Any], str]:
    """The card, or why there is none to see. What was accepted a moment ago may not have been heard of yet."""
    order = await who.get("matching", f"/orders/{order_id}")
    is_running = order["status"] in RUNNING
    for _ in range(MOST_LOOKS if is_running else 1):
        try:
            return await card(who, order_id), ""
        except Refused:
            await asyncio.sleep(LOOK_AGAIN_SECONDS if is_running else 0)
        except ServiceAway:
            return {}, "需求服务暂时没有响应，请稍后再看。"
    if is_running:
        return {}, "接单的消息还没有传到，请过一会儿再看。"
    return {}, "接单以后、办结以前，才能查看服务对象的信息。"
