"""The station desk's view of the services: what waits, and one need with all that is known of it."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from services.console.rules.clocks import Bar, bar, open_clocks
from services.console.service.asking import Person

# The piles on the desk: which statuses each holds.
VIEWS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "all": ("全部待办", ("registered", "triaged", "ordered", "waiting", "in_service")),
    "new": ("待研判", ("registered",)),
    "to_order": ("待下单", ("triaged",)),
    "ordered": ("待接单", ("ordered",)),
    "waiting": ("轮候中", ("waiting",)),
    "in_service": ("服务中", ("in_service",)),
}
MOST: Final = 100


@dataclass(frozen=True, slots=True)
class NeedFile:
    """A need with its clocks, orders and what happened."""

    id: str
    need: dict[str, Any]
    bars: list[Bar]
    all_bars: list[Bar]
    orders: list[dict[str, Any]]

    @property
    def may_be_triaged(self) -> bool:
        return self.need["status"] in ("registered", "triaged", "ordered", "waiting", "in_service")

    @property
    def is_open(self) -> bool:
        return self.may_be_triaged


async def queue(who: Person, *, show: str) -> list[dict[str, Any]]:
    """What waits at the person's stations, the soonest due first."""
    _, statuses = VIEWS.get(show, VIEWS["all"])
    page = await who.get("needs", "/needs", status=list(statuses), limit=MOST)
    items: list[dict[str, Any]] = page["items"]
    return items


async def need_file(who: Person, id: UUID) -> NeedFile:
    """A need, with its orders where they can be seen."""
    need = await who.get("needs", f"/needs/{id}")
    orders = await who.get_or_none("matching", "/orders", need_id=str(id), limit=50)
    return NeedFile(
        id=str(id), need=need, bars=open_clocks(need["clocks"], now=who.at),
        all_bars=[bar(clock, now=who.at) for clock in need["clocks"]],
        orders=orders["items"] if orders else [],
    )  # fmt: skip
