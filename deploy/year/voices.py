"""What else happens in a year: complaints, suggestions, call-backs, workers who leave and others who come."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from deploy.sample.city import township_stations
from deploy.sample.workers import staff_of, workers
from deploy.year.asking import Asked, dice
from deploy.year.habits import at_work, days
from deploy.year.stage import Life, Stage

if TYPE_CHECKING:
    from deploy.year.player import Span

COMPLAINS: Final = 0.02
SUGGESTIONS: Final = 60
ADOPTED: Final = 0.6
LEAVERS: Final = 45
SAYS: Final = ("等了很久没人联系。", "上门的人态度不好。", "说好的时间没有来。")
WISHES: Final = ("希望站里周末也开门。", "希望增加助餐点。", "希望暑期托管早点报名。", "建议在村口设一个意见箱。")
CALL: Final = {"reached": True, "answer": {"responded": True, "solved": "yes", "satisfaction": 4}}
PRE_SERVICE: Final = {"kind": "pre_service", "hours": 24, "passed": True}
CALLS_A_MONTH: Final = 40


async def complain(stage: Stage, asked: Asked, need: dict[str, Any], at: datetime) -> None:
    """Some complain of the station; the county's head station says who handles it, and that one settles it."""
    chance = dice(stage.seed, "complaint", asked.number)
    if chance.random() >= COMPLAINS:
        return
    life = Life(stage, f"complaint-{asked.number}", at)
    await life.until(at_work(at + days(chance.uniform(0.5, 4))))
    form = {"words": chance.choice(SAYS), "division": asked.township, "need_id": need["id"]}
    made = await life.does("feedback", "/v1/complaints", "hotline", form | {"station_id": need["station_id"]})
    if made is None:
        return
    handler = f"county-manager-{asked.township[:6]}"
    path = f"/v1/complaints/{made['id']}"
    await life.next_morning()
    await life.does("feedback", f"{path}/assign", handler, {"handler": handler})
    await life.until(at_work(life.at + days(chance.uniform(2, 14))))
    outcome = chance.choice(("upheld", "partly_upheld", "not_upheld"))
    await life.does("feedback", f"{path}/settle", handler, {"outcome": outcome, "answer": "已核实并整改（示例）"})


async def suggest(stage: Stage, number: int, span: "Span") -> None:
    """Somebody suggests something; the county takes it up, or says why not."""
    chance = dice(stage.seed, "suggestion", number)
    life = Life(stage, f"suggestion-{number}", span.since)
    township = chance.choice(township_stations()).division
    await life.until(at_work(span.since + (span.until - span.since) * chance.random()))
    form = {"words": chance.choice(WISHES), "division": township}
    made = await life.does("feedback", "/v1/suggestions", "hotline", form)
    if made is None:
        return
    await life.until(at_work(life.at + days(chance.uniform(2, 20))))
    verb = "adopt" if chance.random() < ADOPTED else "answer"
    by = f"county-manager-{township[:6]}"
    await life.does("feedback", f"/v1/suggestions/{made['id']}/{verb}", by, {"answer": "感谢建议，已研究答复（示例）"})


async def call_back(stage: Stage, month: int, span: "Span") -> None:
    """Once a month the hotline calls those whom no message reached, and the sample."""
    life = Life(stage, f"calls-{month}", span.since)
    await life.until(at_work(span.since + timedelta(days=30 * month + 3)))
    found = await life.sees("feedback", "/v1/callbacks", "hotline", limit=CALLS_A_MONTH)
    for row in (found or {}).get("items", ()):
        reached = dice(stage.seed, "call", month, row["resolved_at"]).random() < 0.8
        body = CALL if reached else {"reached": False}
        await life.does("feedback", f"/v1/callbacks/{row['id']}/answers", "hotline", body)


async def leave(stage: Stage, number: int, span: "Span") -> None:
    """Somebody leaves a station; weeks later somebody else begins there, and passes the course."""
    chance = dice(stage.seed, "leaver", number)
    going = chance.choice([one for one in workers() if one.number > 1 and one.station.code[-2:] != "00"])
    life = Life(stage, f"leaver-{number}", span.since)
    head = f"head-{going.station.division}"
    await life.until(at_work(span.since + (span.until - span.since) * chance.uniform(0.05, 0.95)))
    found = await life.sees("cases", "/v1/workers", head, division=going.station.division, limit=50)
    row = next((row for row in (found or {}).get("items", ()) if row["account"] == going.account), None)
    if row is None or await life.does("cases", f"/v1/workers/{row['id']}/leave", head) is None:
        return
    await life.until(at_work(life.at + days(chance.uniform(10, 60))))
    account = f"worker-{going.station.division}-{staff_of(going.station) + 1}"
    form = {"account": account, "station_id": str(going.station.id), "licence": "none"}
    made = await life.does("cases", "/v1/workers", head, form)
    if made is not None:
        course = PRE_SERVICE | {"held_on": life.at.date().isoformat()}
        await life.does("cases", f"/v1/workers/{made['id']}/trainings", head, course)


def all_beside(stage: Stage, span: "Span") -> Iterator[Any]:
    """Everything that belongs to no need, in proportion to the time that is played."""
    share = (span.until - span.since) / timedelta(days=365)
    for number in range(round(SUGGESTIONS * share)):
        yield suggest(stage, number, span)
    for number in range(round(LEAVERS * share)):
        yield leave(stage, number, span)
    for month in range(round(12 * share)):
        yield call_back(stage, month, span)
