"""Cases as their workers see them: what is theirs and due, and one case with everything that it holds."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from services.console.rules import casework
from services.console.rules.facts import Entry, entry
from services.console.service.asking import Person, needs_by_id, together

Row = dict[str, Any]
PILES: Final = {"mine": "我的个案", "station": "全部在办", "unowned": "无人负责", "closed": "已结案"}
MOST: Final = 200
RECENT: Final = 40


@dataclass(frozen=True, slots=True)
class Work:
    """A pile of cases, and what is due in the person's own."""

    cases: list[Row]
    # All that are in hand at the person's stations, whatever pile is shown.
    known: list[Row]
    workers: dict[str, Row]
    me: Row | None
    tasks: dict[str, list[Row]]
    follow_ups: dict[str, list[Row]]
    handovers: list[Row]
    # What other stations would like to give to the person's own.
    offered: list[Row]
    # What the cases are about, by the need's id, as far as it can be seen.
    needs: dict[str, Row]

    def about(self, case: Row) -> list[Row]:
        """The needs of a case, the first one first: their references and groups tell cases apart."""
        return [self.needs[id] for id in case["need_ids"] if id in self.needs]

    def case(self, id: str) -> Row | None:
        """A case that is in sight."""
        return next((each for each in self.known if each["id"] == id), None)

    def called(self, worker_id: str | None) -> str:
        return called(self.workers, worker_id)


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with its needs, their orders, its tasks, and who works at its station."""

    id: str
    case: Row
    needs: list[Row]
    orders: list[Row]
    tasks: list[Row]
    workers: dict[str, Row]
    entries: list[Entry]
    account: str

    @property
    def approval(self) -> Row | None:
        return casework.waiting_approval(self.case)

    @property
    def transfer(self) -> Row | None:
        return casework.waiting_transfer(self.case)

    @property
    def is_open(self) -> bool:
        return bool(self.case["status"] == casework.OPEN)

    @property
    def able(self) -> list[Row]:
        """Who may be given a case: here, and through the pre-service course."""
        return [each for each in self.workers.values() if each["is_trained"] and not each["left_at"]]

    @property
    def is_mine_to_decide(self) -> bool:
        """Nobody decides what they asked for, nor about a case of their own."""
        asked = self.approval
        return asked is not None and self.account not in (asked["asked_by"], self.called(self.case["worker_id"]))

    def called(self, worker_id: str | None) -> str:
        return called(self.workers, worker_id)


def called(workers: dict[str, Row], worker_id: str | None) -> str:
    """A worker by their account; what is not known here is said so."""
    if worker_id is None:
        return "无人负责"
    return workers[worker_id]["account"] if worker_id in workers else "其他站社工"


async def work(who: Person, *, show: str) -> Work:
    """The cases of a pile, with tasks and follow-ups that the person has to do."""
    workers = {each["id"]: each for each in await _rows(who, "/workers", most=1000)}
    me = next((each for each in workers.values() if each["account"] == who.account), None)
    due = [
        _rows(who, f"/{kind}", mine=me is not None, state=state)
        for kind in ("tasks", "follow-ups")
        for state in ("overdue", "upcoming")
    ]
    cases, everything, late, coming, late_looks, looks, handovers = await together(
        _pile(who, show, me), _pile(who, "station", me), *due, _rows(who, "/handovers", open_only=True)
    )
    needs = await needs_by_id(who, [id for each in (*cases, *everything) for id in each["need_ids"]])
    return Work(
        needs=needs,
        known=[*everything, *cases],
        cases=[each for each in cases if _is_ours(who, each)],
        offered=[each for each in everything if not _is_ours(who, each)],
        workers=workers,
        me=me,
        tasks={"overdue": late, "upcoming": coming},
        follow_ups={"overdue": late_looks, "upcoming": looks},
        handovers=handovers,
    )


def _is_ours(who: Person, case: Row) -> bool:
    """A case that only an offer shows lies at a station that is not the person's; a county reaches them all."""
    return not who.stations or case["station_id"] in who.stations


async def _pile(who: Person, show: str, me: Row | None) -> list[Row]:
    open_ = ["open", "suspended"]
    match show:
        case "mine":
            return await _rows(who, "/cases", worker_id=me["id"], status=open_) if me else []
        case "unowned":
            return await _rows(who, "/cases", is_unowned=True, status=open_)
        case "closed":
            return list(reversed(await _rows(who, "/cases", status=["closed"])))
        case _:
            return await _rows(who, "/cases", status=open_)


async def _rows(who: Person, path: str, *, most: int = MOST, **wanted: Any) -> list[Row]:
    return await who.rows("cases", path, most=most, **wanted)


async def case_file(who: Person, id: UUID) -> CaseFile:
    """Everything of a case that is told in codes; its words are read separately."""
    case = await who.get("cases", f"/cases/{id}")
    ids = [part["need_id"] for part in case["needs"]]
    tasks, workers, history, *of_needs = await together(
        _found(who, "/tasks", case_id=str(id), limit=MOST),
        _found(who, "/workers", station_id=case["station_id"], limit=MOST, with_left=True),
        _found(who, f"/cases/{id}/timeline"),
        *(_need(who, need_id) for need_id in ids),
    )
    told = [entry(each["fact"], each["at"], each["details"]) for each in history]
    return CaseFile(
        id=str(id),
        case=case,
        needs=[need for need, _ in of_needs],
        orders=[row for _, rows in of_needs for row in rows],
        tasks=tasks,
        workers={each["id"]: each for each in workers},
        account=who.account,
        entries=[each for each in told if each is not None][-RECENT:],
    )


async def _found(who: Person, path: str, **wanted: Any) -> Any:
    page = await who.get_or_none("cases", path, **wanted)
    return page["items"] if page else []


async def _need(who: Person, id: str) -> Any:
    """A need of the case with its orders; a code alone where it cannot be seen."""
    need = await who.get_or_none("needs", f"/needs/{id}")
    orders = await who.get_or_none("matching", "/orders", need_id=id, limit=50)
    hidden = {"id": id, "reference": "", "category": None, "status": None}
    return need or hidden, orders["items"] if orders else []


async def words(who: Person, id: UUID) -> list[Row]:
    """What was written down in words; the reading is written into the trail."""
    items: list[Row] = (await who.get("cases", f"/cases/{id}/words"))["items"]
    return items


async def files(who: Person, id: UUID) -> list[Row]:
    """The files with their names; the reading is written into the trail."""
    items: list[Row] = (await who.get("cases", f"/cases/{id}/attachments"))["items"]
    return items
