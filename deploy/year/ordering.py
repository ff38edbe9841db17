"""Stations order, departments accept, return with a reason, stay silent, begin, complete or give up."""

from typing import TYPE_CHECKING, Any, Final

from deploy.year.habits import at_work, days, department, hours

if TYPE_CHECKING:
    from deploy.year.journeys import Tale

MOST_ASKED: Final = 4
RETURNS: Final = (
    ("no_capacity", "本月名额已满，附台账（示例）"),
    ("not_eligible", "核对后不符合条件（示例）"),
    ("missing_information", "缺少申请材料（示例）"),
)
COUNTY_SAYS: Final = {"ruling": "wait", "reason": "暂无单位可承接，转入轮候（示例）"}


async def order_help(tale: "Tale") -> bool:
    """The station orders from the best candidate; whoever has the order in the end helps. False: nobody did."""
    life, chance = tale.life, tale.chance
    before = tale.contact_at - life.at
    await life.until(at_work(life.at + before * chance.uniform(0.15, 0.45)))
    await life.next_morning()
    order = await _order(tale)
    for _ in range(MOST_ASKED):
        if order is None:
            return False
        if await _answers(tale, order):
            return await _serve(tale, order)
        await life.next_morning()
        order = await _next_order(tale)
    return False


async def _order(tale: "Tale") -> dict[str, Any] | None:
    path = f"/v1/needs/{tale.id}/candidates"
    found = await tale.life.sees("matching", path, tale.head, limit=1)
    if not found or not found["candidates"]:
        return None
    form = {"need_id": tale.id, "resource_id": found["candidates"][0]["offer"]["resource_id"]}
    made: dict[str, Any] | None = await tale.life.does("matching", "/v1/orders", tale.head, form)
    return made


async def _answers(tale: "Tale", order: dict[str, Any]) -> bool:
    """Whether the department takes it: by its own habits, in its own time."""
    habit, chance, life = department(order["provider"]), tale.chance, tale.life
    turn = chance.random()
    if turn < habit.is_silent:
        await life.until(at_work(life.at + days(3)))
        return False
    await life.until(at_work(life.at + hours(chance.expovariate(1 / habit.answers_hours))))
    if turn < habit.is_silent + habit.returns:
        reason, evidence = chance.choice(RETURNS)
        await _of_order(tale, order, "reject", {"reason": reason, "evidence": evidence})
        return False
    return await _of_order(tale, order, "accept") is not None


async def _next_order(tale: "Tale") -> dict[str, Any] | None:
    """Whom the platform asked next; a second return is the county's to decide."""
    found = await tale.life.sees("matching", "/v1/orders", tale.head, need_id=tale.id, limit=20)
    for order in (found or {}).get("items", ()):
        if order["status"] == "requested":
            asked: dict[str, Any] = order
            return asked
        if order["awaits_county"]:
            await _decide(tale, order)
    return None


async def _decide(tale: "Tale", order: dict[str, Any]) -> None:
    await tale.life.until(at_work(tale.life.at + days(tale.chance.uniform(0.5, 2))))
    path = f"/v1/orders/{order['id']}/arbitrate"
    await tale.life.does("matching", path, f"county-manager-{tale.asked.township[:6]}", COUNTY_SAYS)


async def _serve(tale: "Tale", order: dict[str, Any]) -> bool:
    """The department begins, which is a word with somebody able to help, and completes or gives up."""
    habit, chance, life = department(order["provider"]), tale.chance, tale.life
    await life.until(max(at_work(tale.contact_at), at_work(life.at + hours(1))))
    await _of_order(tale, order, "start")
    await life.until(at_work(life.at + days(chance.gammavariate(2, habit.works_days / 2))))
    if chance.random() < habit.fails:
        body = {"reason": "provider_unable", "evidence": "承接人员离岗（示例）"}
        await _of_order(tale, order, "fail", body)
        await life.next_morning()
        return False
    await _of_order(tale, order, "complete", {"used": order["quantity"]})
    await life.next_morning()
    return True


async def _of_order(tale: "Tale", order: dict[str, Any], verb: str, body: dict[str, Any] | None = None) -> Any:
    path = f"/v1/orders/{order['id']}/{verb}"
    return await tale.life.does("matching", path, f"officer-{order['provider']}", body)
