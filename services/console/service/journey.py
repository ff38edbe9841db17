"""A need's journey: one story over all services, as far as the person at the desk may read it."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from services.console.rules.clocks import Bar, bar
from services.console.rules.facts import TITLES, Entry, entry
from services.console.rules.moments import parsed
from services.console.service.asking import Person, together

TOLD: Final = {title: place for place, title in enumerate(TITLES.values())}


@dataclass(frozen=True, slots=True)
class Journey:
    """Where it stands, what happened, who was asked, who may see what and who has looked."""

    need: dict[str, Any]
    bars: list[Bar]
    entries: list[Entry]
    orders: list[dict[str, Any]]
    case: dict[str, Any] | None
    readings: list[dict[str, Any]] | None


async def journey(who: Person, id: UUID) -> Journey:
    """Everything that the services tell of a need."""
    need = await who.get("needs", f"/needs/{id}")
    told, orders, readings, *case = await together(
        who.get_or_none("needs", f"/needs/{id}/timeline"),
        who.get_or_none("matching", "/orders", need_id=str(id), limit=100),
        who.get_or_none("needs", f"/needs/{id}/readings"),
        *_of_case(who, need["case_id"]),
    )
    file, history = case or (None, None)
    happened = [*_lines(told), *_of_orders(orders), *_lines(history)]
    return Journey(
        need=need, bars=[bar(clock, now=who.at) for clock in need["clocks"]],
        entries=_in_order(happened),
        orders=orders["items"] if orders else [], case=file, readings=readings["items"] if readings else None,
    )  # fmt: skip


def _in_order(happened: list[Entry]) -> list[Entry]:
    """Oldest first; what two services tell of is told once."""
    once = {(parsed(each.at), each.title, each.provider): each for each in happened}
    # What happened at one moment is told in the order in which such things follow one another.
    return [each for _, each in sorted(once.items(), key=lambda pair: (pair[0][0], TOLD[pair[0][1]]))]


def _of_case(who: Person, id: str | None) -> list[Any]:
    if id is None:
        return []
    return [who.get_or_none("cases", f"/cases/{id}"), who.get_or_none("cases", f"/cases/{id}/timeline")]


def _lines(told: dict[str, Any] | None) -> list[Entry]:
    found = [entry(each["fact"], each["at"], each["details"]) for each in (told["items"] if told else [])]
    return [each for each in found if each is not None]


def _of_orders(orders: dict[str, Any] | None) -> list[Entry]:
    """Orders tell of themselves by their moments; their own facts stand only in the case's history."""
    lines = []
    for order in orders["items"] if orders else []:
        for fact, moment in (
            ("order_requested", "requested_at"), ("order_accepted", "accepted_at"), ("order_started", "started_at"),
            (_end_of(order), "ended_at"),
        ):  # fmt: skip
            if order[moment] and fact:
                reason = order["refusal"] or order["failure"] or order["cancellation"]
                is_end = moment == "ended_at"
                details = {
                    "provider": order["provider"], "reason": reason if is_end else None,
                    "used": order["used"] if is_end else None, "quantity": order["quantity"],
                }  # fmt: skip
                lines.append(entry(f"matching.{fact}.v1", order[moment], details))
    return [each for each in lines if each is not None]


def _end_of(order: dict[str, Any]) -> str | None:
    ends = {"completed": "order_completed", "failed": "order_failed", "rejected": "order_rejected"}
    return ends.get(order["status"], "order_cancelled" if order["status"] == "cancelled" else None)
