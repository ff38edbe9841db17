"""What waits for the county: orders returned twice, third reopenings, and what station heads work on themselves."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from services.console.service.asking import Person, together
from shared.schemas.access import Role

MOST: Final = 100
# What the county may decide on a return, in the words of matching.
RULINGS: Final = (
    ("assign", "指定承接：所选资源必须接单，不能再退"), ("uphold", "退单成立：询问下一个候选"),
    ("wait", "转入轮候：眼下没有合适的资源"),
)  # fmt: skip
REOPEN: Final = {"reason": "county_decided"}


@dataclass(frozen=True, slots=True)
class Waiting:
    """The lists; `resources` holds for each category and place what could be made to take an order there."""

    orders: list[dict[str, Any]]
    needs: list[dict[str, Any]]
    resources: dict[tuple[str, str], list[dict[str, Any]]]
    # Of the head station alone: it decides on them, and reads cases; a county's manager does neither.
    cases: list[dict[str, Any]]

    def could_take(self, order: dict[str, Any]) -> list[dict[str, Any]]:
        """What serves where the order is; who returned it can be made to take it too."""
        return self.resources[order["category"], order["division"]]


async def waiting(who: Person) -> Waiting:
    """What the person's county has to decide, the soonest due first."""
    orders, needs, cases = await together(
        who.rows("matching", "/orders", awaits_county=True, most=MOST),
        who.rows("needs", "/needs", awaits_county=True, most=MOST),
        _cases(who),
    )
    places = sorted({(each["category"], each["division"]) for each in orders})
    listed = await together(
        *(
            who.rows("matching", "/resources", category=category, division=division, status="active", most=MOST)
            for category, division in places
        )
    )
    return Waiting(orders, needs, dict(zip(places, listed, strict=True)), cases)


async def _cases(who: Person) -> list[dict[str, Any]]:
    decides = who.has(Role.HEAD_STATION)
    return await who.rows("cases", "/cases", awaits_county=True, most=MOST) if decides else []


async def evidence(who: Person, order_id: UUID) -> dict[str, Any]:
    """What the departments brought; the reading is written into the trail."""
    return await who.get("matching", f"/orders/{order_id}/evidence")
