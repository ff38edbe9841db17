"""Casework: what policy opens a case for, a worker of the station sees through, to the head's word at its end."""

from typing import TYPE_CHECKING, Any, Final

from deploy.year.habits import at_work, days, hours

if TYPE_CHECKING:
    from deploy.year.journeys import Tale

DEEP: Final = frozenset({"counselling", "child_protection"})
WHOLE: Final = 0.08
CONSENT: Final = {"given": True, "evidence": "本人当面签署个案服务同意书（示例）"}
GOAL: Final = {"domain": "mind", "words": "两个月内恢复正常作息（示例）"}


async def work_case(tale: "Tale") -> bool:
    """The head gives the case to somebody, who speaks with the person, comes again, and ends it. False: it waits."""
    life, chance = tale.life, tale.chance
    await life.next_morning()
    await life.until(at_work(life.at + (tale.contact_at - life.at) * chance.uniform(0.1, 0.4)))
    case = await _case(tale)
    worker = await tale.inbox.workers.somebody(tale, chance)
    if case is None or worker is None:
        return False
    await _of_case(tale, case, "assign", {"worker_id": worker["id"]}, by=tale.head)
    await tale.of_need("start")
    is_whole = chance.random() < WHOLE
    await life.until(at_work(tale.contact_at))
    for number in range(chance.choice((1, 1, 1, 2))):
        await _serve(tale, case, worker, is_first=number == 0)
        if number == 0 and is_whole:
            await _plan(tale, case, worker)
        await life.until(at_work(life.at + days(chance.uniform(2, 9))))
    return await _end(tale, case, worker)


async def _case(tale: "Tale") -> dict[str, Any] | None:
    found = await tale.life.sees(
        "cases", "/v1/cases", tale.head, resident_id=tale.need["resident_id"], status="open", limit=1
    )
    return found["items"][0] if found and found["items"] else None


async def _serve(tale: "Tale", case: dict[str, Any], worker: dict[str, Any], *, is_first: bool) -> None:
    """One service; whoever left meanwhile has given the case back, and the head gives it to another."""
    chance = tale.chance
    form = {
        "kind": "counselling" if is_first or chance.random() < 0.7 else "visit",
        "contact": chance.choice(("call", "visit", "meeting")),
        "minutes": chance.choice((30, 40, 45, 60, 90)),
        "reached": True,
        "need_id": tale.id,
        "worker_id": worker["id"],
    }
    if not await _of_case(tale, case, "services", form, by=worker["account"]):
        other = await tale.inbox.workers.somebody(tale, chance, but=worker["id"])
        if other is not None:
            await _of_case(tale, case, "assign", {"worker_id": other["id"]}, by=tale.head)
            worker |= other
            await _of_case(tale, case, "services", form | {"worker_id": other["id"]}, by=other["account"])


async def _plan(tale: "Tale", case: dict[str, Any], worker: dict[str, Any]) -> None:
    """Consent, assessment and a plan, each with the head's word where one is needed."""
    by = worker["account"]
    await _of_case(tale, case, "consent", CONSENT, by=by)
    await _approved(tale, case, "intake", by)
    await _of_case(tale, case, "assessments", {"scores": {"mind": 2, "family": tale.chance.choice((2, 3))}}, by=by)
    await _of_case(tale, case, "goals", GOAL, by=by)
    await _approved(tale, case, "plan", by)


async def _approved(tale: "Tale", case: dict[str, Any], act: str, by: str) -> None:
    asked = await _of_case(tale, case, "approvals", {"act": act}, by=by)
    if asked is not None:
        await tale.life.until(at_work(tale.life.at + hours(tale.chance.uniform(0.5, 6))))
        await _of_case(tale, case, f"approvals/{asked['id']}/decide", {"approved": True}, by=tale.head)


async def _end(tale: "Tale", case: dict[str, Any], worker: dict[str, Any]) -> bool:
    await _approved(tale, case, "closure", worker["account"])
    scores = {"mind": tale.chance.choice((3, 4, 4, 5)), "family": tale.chance.choice((3, 4))}
    closed = await _of_case(tale, case, "close", {"outcome": "met", "scores": scores}, by=worker["account"])
    await tale.life.next_morning()
    return closed is not None


async def _of_case(tale: "Tale", case: dict[str, Any], what: str, body: dict[str, Any], *, by: str) -> Any:
    return await tale.life.does("cases", f"/v1/cases/{case['id']}/{what}", by, body)
