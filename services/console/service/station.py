"""The station desk's view of the services: what waits, and one need with all that is known of it."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from services.console.errors import Refused, ServiceAway
from services.console.rules.clocks import Bar, bar, open_clocks
from services.console.service.asking import Person, together
from shared.schemas.vocabulary.matching import OrderStatus

OPEN: Final = ("registered", "triaged", "ordered", "waiting", "in_service")
# The piles on the desk: which statuses each holds.
PILES: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "all": ("全部待办", OPEN),
    "new": ("待研判", ("registered",)),
    "to_order": ("待下单", ("triaged",)),
    "ordered": ("待接单", ("ordered",)),
    "waiting": ("轮候中", ("waiting",)),
    "in_service": ("服务中", ("in_service",)),
}
MOST: Final = 200
# The orders a department still owes something for.
LIVE: Final = frozenset({OrderStatus.REQUESTED, OrderStatus.ACCEPTED, OrderStatus.IN_PROGRESS, OrderStatus.ON_HOLD})


@dataclass(frozen=True, slots=True)
class NeedFile:
    """A need with its clocks, orders and case."""

    id: str
    need: dict[str, Any]
    bars: list[Bar]
    orders: list[dict[str, Any]]
    consents: list[dict[str, Any]]

    @property
    def is_open(self) -> bool:
        return self.need["status"] in OPEN

    @property
    def may_be_ordered(self) -> bool:
        return self.is_open and self.need["category"] is not None

    @property
    def is_with_a_department(self) -> bool:
        """Whether a department has been asked, is at work or has finished: another order is then the exception."""
        return any(OrderStatus(order["status"]) in LIVE | {OrderStatus.COMPLETED} for order in self.orders)

    @property
    def waits_for_an_outcome(self) -> bool:
        """Whether the departments have finished, so that only the station's own word is missing."""
        states = {OrderStatus(order["status"]) for order in self.orders}
        return self.is_open and OrderStatus.COMPLETED in states and not states & LIVE

    @property
    def has_consent(self) -> bool:
        """The person's last word, or a lawful override for this need."""
        general = [each for each in self.consents if each["need_id"] is None]
        return bool(general and general[-1]["given"]) or any(each["need_id"] == self.id for each in self.consents)


async def queue(who: Person, *, show: str) -> list[dict[str, Any]]:
    """What waits at the person's stations, the soonest due first."""
    _, statuses = PILES.get(show, PILES["all"])
    page = await who.get("needs", "/needs", status=list(statuses), limit=MOST)
    items: list[dict[str, Any]] = page["items"]
    return items


async def counts(who: Person) -> dict[str, int]:
    """How much lies on each pile, up to what one page holds."""
    everything = await who.get("needs", "/needs", status=list(OPEN), limit=MOST)
    return {
        name: sum(need["status"] in statuses for need in everything["items"])
        for name, (_, statuses) in PILES.items()
    }  # fmt: skip


async def need_file(who: Person, id: UUID) -> NeedFile:
    """A need, with its orders and consents where they can be seen."""
    need = await who.get("needs", f"/needs/{id}")
    resident = need["resident_id"]
    orders, consents = await together(
        _items(who, "matching", "/orders", need_id=str(id), limit=50),
        _items(who, "needs", f"/residents/{resident}/consents") if resident else _nothing(),
    )
    return NeedFile(
        id=str(id), need=need, bars=open_clocks(need["clocks"], now=who.at), orders=orders, consents=consents
    )


async def _items(who: Person, service: str, path: str, **wanted: Any) -> list[dict[str, Any]]:
    found = await who.get_or_none(service, path, **wanted)
    return list(found["items"]) if found else []


async def _nothing() -> list[dict[str, Any]]:
    return []


async def card(who: Person, need_id: UUID) -> dict[str, Any]:
    """What the person's card says for this need; empty where nobody in particular asked."""
    try:
        cards = await who.post("needs", "/residents/cards", {"need_id": str(need_id)})
    except (Refused, ServiceAway):
        return {}
    fields: dict[str, Any] = cards["items"][0]["fields"] if cards["items"] else {}
    return fields


def bars_of(clocks: list[dict[str, Any]], who: Person) -> list[Bar]:
    """All clocks, those that ended too."""
    return [bar(clock, now=who.at) for clock in clocks]
