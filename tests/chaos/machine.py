"""Order, need, case and survey under random acts and faults: what a run may do, drawn by Hypothesis.

Hypothesis drives from a thread of its own; the services, their databases and all that happens are in the tests' loop.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.chaos.agreement import Connection
from tests.chaos.city_at_work import Work
from tests.chaos.faults import Faults, Point
from tests.people import HEAD, OPERATOR, WORKER, triage

Result = TypeVar("Result")
PICK = some.integers(0, 7)
URGENCY = some.sampled_from(["routine", "routine", "urgent", "crisis"])
OUTCOME = some.sampled_from(["met", "met", "partly", "unreachable"])
SERVICES = ("needs", "matching", "cases", "feedback", "insights")
FAULT = some.tuples(some.sampled_from(SERVICES), some.sampled_from(Point), some.integers(0, 3))
EARS = [
    ("needs", "matching"), ("needs", "cases"), ("needs", "feedback"), ("matching", "needs"), ("cases", "needs"),
    ("cases", "matching"), ("feedback", "needs"), ("feedback", "matching"), ("insights", "needs"),
    ("insights", "matching"), ("insights", "feedback"), ("insights", "cases"),
]  # fmt: skip
EAR = some.sampled_from(EARS)
# From where each thing can be done with an order, and what it says.
VERBS: dict[str, tuple[str, dict[str, Any]]] = {
    "accept": ("requested", {}),
    "reject": ("requested", {"reason": "no_capacity", "evidence": "名额已满（示例）"}),
    "start": ("accepted", {}),
    "hold": ("in_progress", {"reason": "resident_away"}),
    "resume": ("on_hold", {}),
    "complete": ("in_progress", {"used": 2}),
    "fail": ("in_progress", {"reason": "provider_unable", "evidence": "人手不足（示例）", "used": 1}),
    "cancel": ("accepted", {"used": 1}),
}
# A need's usual way: the more often these are done, the further needs get.
USUAL = ("accept", "start", "complete", "accept", "start", "complete", "reject", "fail", "hold", "resume", "cancel")


class Matters(RuleBasedStateMachine):
    """What people do and what goes wrong, in any order. `loop`, `faults` and `databases` are set by the test."""

    loop: asyncio.AbstractEventLoop
    faults: Faults
    databases: dict[str, Connection]
    acts = runs = 0

    @classmethod
    def within(
        cls, loop: asyncio.AbstractEventLoop, faults: Faults, databases: dict[str, Connection]
    ) -> type["Matters"]:
        """The machine of one city, which counts its own runs."""
        return type("Matters", (cls,), {"loop": loop, "faults": faults, "databases": databases, "acts": 0, "runs": 0})

    def wait(self, work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()

    @initialize(urgency=URGENCY, steps=some.integers(0, 8), chance=PICK)
    def begin(self, urgency: str, steps: int, chance: int) -> None:
        """A run begins with one need, somewhere on its usual way."""
        self.faults.calm()
        self.work = self.wait(Work(self.faults, self.databases).begin())
        self.wait(self.work.register(of=0, urgency=urgency))
        for _ in range(steps):
            self.wait(self.work.go_on(0, chance=chance | 1))

    # What people do

    @precondition(lambda self: len(self.work.needs) < 4)
    @rule(of=PICK, urgency=URGENCY)
    def register(self, of: int, urgency: str) -> None:
        self.wait(self.work.register(of=of, urgency=urgency))

    @rule(pick=PICK, category=some.sampled_from(["counselling", "counselling", "meals"]), urgency=URGENCY)
    def triage(self, pick: int, category: str, urgency: str) -> None:
        self.wait(self.work.with_need(pick, "triage", **triage(category=category, urgency=urgency)))

    @rule(pick=PICK, resource=PICK, quantity=some.integers(1, 4), under=some.none() | PICK)
    def order(self, pick: int, resource: int, quantity: int, under: int | None) -> None:
        self.wait(self.work.order(pick, resource=resource, quantity=quantity, under=under))

    @rule(pick=PICK, verb=some.sampled_from(USUAL))
    def with_order(self, pick: int, verb: str) -> None:
        where, body = VERBS[verb]
        by = HEAD if verb == "cancel" else None
        self.wait(self.work.with_order(pick, verb, where=where, by=by, **body))

    @rule(pick=PICK)
    def arbitrate(self, pick: int) -> None:
        self.wait(self.work.arbitrate(pick))

    @rule(pick=PICK, chance=PICK)
    def go_on(self, pick: int, chance: int) -> None:
        self.wait(self.work.go_on(pick, chance=chance))

    @rule(pick=PICK, chance=PICK, faults=some.lists(FAULT, min_size=1, max_size=4))
    def go_far(self, pick: int, chance: int, faults: list[tuple[str, Point, int]]) -> None:
        """Several steps, each with a crash ahead of it somewhere."""
        for service, point, after in faults:
            self.faults.crash_next(service, point, after=after)
            self.wait(self.work.go_on(pick, chance=chance))

    @rule(pick=PICK, kind=some.sampled_from(["call", "attempt"]))
    def contact(self, pick: int, kind: str) -> None:
        self.wait(self.work.with_need(pick, "contacts", WORKER, kind=kind))

    @rule(pick=PICK, verb=some.sampled_from(["claim", "start"]))
    def take_on(self, pick: int, verb: str) -> None:
        self.wait(self.work.with_need(pick, verb))

    @rule(pick=PICK, outcome=OUTCOME)
    def resolve(self, pick: int, outcome: str) -> None:
        self.wait(self.work.with_need(pick, "resolve", WORKER, outcome=outcome))

    @rule(pick=PICK, other=PICK, verb=some.sampled_from(["withdraw", "refer", "join"]))
    def leave(self, pick: int, other: int, verb: str) -> None:
        by = OPERATOR if verb == "withdraw" else HEAD
        form = {
            "refer": {"kind": "medical", "to": "市第三医院（示例）"},
            "join": {"need_id": self.work.need(other)["id"]},
        }
        self.wait(self.work.with_need(pick, verb, by, **form.get(verb, {})))

    @rule(pick=PICK)
    def reopen(self, pick: int) -> None:
        self.wait(self.work.with_need(pick, "reopen", reason="came_back"))

    @rule(pick=PICK)
    def pause(self, pick: int) -> None:
        self.wait(self.work.with_need(pick, "pauses", reason="resident_away", proof="电话记录（示例）"))

    @rule(pick=PICK)
    def open_case(self, pick: int) -> None:
        form = {"need_id": self.work.need(pick)["id"], "worker_id": self.work.workers[0]}
        self.wait(self.work.act("cases", "/cases", WORKER, form))

    @rule(pick=PICK, worker=PICK)
    def assign(self, pick: int, worker: int) -> None:
        self.wait(self.work.with_case(pick, "assign", HEAD, worker_id=self.work.workers[worker % 2]))

    @rule(pick=PICK, need=PICK)
    def record_service(self, pick: int, need: int) -> None:
        form = {"kind": "visit", "contact": "visit", "minutes": 30, "reached": True}
        self.wait(self.work.with_case(pick, "services", WORKER, need_id=self.work.need(need)["id"], **form))

    @rule(pick=PICK, need=PICK)
    def join_case(self, pick: int, need: int) -> None:
        self.wait(self.work.with_case(pick, "needs", WORKER, need_id=self.work.need(need)["id"]))

    @rule(pick=PICK, outcome=OUTCOME)
    def end_case(self, pick: int, outcome: str) -> None:
        self.wait(self.work.end_case(pick, outcome))

    @rule(pick=PICK)
    def reopen_case(self, pick: int) -> None:
        self.wait(self.work.with_case(pick, "reopen", HEAD))

    @rule(pick=PICK, satisfaction=some.integers(1, 5), solved=some.sampled_from(["yes", "partly", "no"]))
    def answer_survey(self, pick: int, satisfaction: int, solved: str) -> None:
        self.wait(self.work.answer_survey(pick, satisfaction, solved))

    # What happens

    @rule(hours=some.sampled_from([1, 2, 7, 25, 80, 200]))
    def pass_time(self, hours: int) -> None:
        self.wait(self.work.pass_time(hours))

    @rule()
    def settle(self) -> None:
        self.wait(self.faults.settle())

    # What goes wrong

    @rule(ear=EAR)
    def stop_listening(self, ear: tuple[str, str]) -> None:
        self.faults.shut.add(ear)

    @rule(ear=EAR)
    def listen_again(self, ear: tuple[str, str]) -> None:
        self.faults.shut.discard(ear)

    @rule(fault=FAULT)
    def crash(self, fault: tuple[str, Point, int]) -> None:
        service, point, after = fault
        self.faults.crash_next(service, point, after=after)

    @rule(answers=some.integers(1, 3))
    def lose_answers(self, answers: int) -> None:
        self.faults.answers_to_lose = answers

    def teardown(self) -> None:
        if hasattr(self, "work"):
            self.wait(self.work.agree())
            type(self).acts += self.work.acts
            type(self).runs += 1
