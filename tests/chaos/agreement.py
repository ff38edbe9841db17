"""What must be true between services once all has arrived: each rule says what disagrees, and nothing is hoped for."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeAlias
from uuid import UUID

import asyncpg

from services.matching.rules.orders import HOLDING
from services.needs.rules.moves import OPEN, REOPENED
from shared.schemas.vocabulary import NeedStatus, OrderStatus
from tests.city import City

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Rows = list[asyncpg.Record]
RUNNING = HOLDING - {OrderStatus.REQUESTED}
CASEWORK = {"counselling", "mental_health", "child_protection", "women_rights", "correction_support"}

# What is read of each service for a set of needs, in a name that the rules use.
READ: dict[str, tuple[str, str]] = {
    "needs": ("needs", "SELECT * FROM need WHERE id = ANY($1)"),
    "orders_heard": ("needs", "SELECT * FROM need_order WHERE need_id = ANY($1)"),
    "cards": ("needs", "SELECT * FROM card_grant WHERE need_id = ANY($1)"),
    "clocks": ("needs", "SELECT * FROM clock WHERE need_id = ANY($1)"),
    "facts": (
        "needs",
        """SELECT name, subject::uuid AS need_id, (body ->> 'episode')::int AS episode, body ->> 'category' AS category
        FROM fact WHERE subject = ANY(SELECT unnest($1::uuid[])::text)""",
    ),
    "matched": ("matching", "SELECT * FROM need WHERE id = ANY($1)"),
    "orders": ("matching", "SELECT * FROM service_order WHERE need_id = ANY($1) AND status <> 'draft'"),
    "entries": (
        "matching",
        """SELECT e.order_id, e.kind, sum(e.quantity) AS quantity FROM ledger_entry e
        JOIN service_order o ON o.id = e.order_id WHERE o.need_id = ANY($1) GROUP BY 1, 2""",
    ),
    "parts": (
        "cases",
        "SELECT p.need_id, p.episode, c.* FROM case_need p JOIN casework c ON c.id = p.case_id WHERE need_id = ANY($1)",
    ),
    "surveys": ("feedback", "SELECT * FROM survey WHERE need_id = ANY($1)"),
    "counted": ("insights", "SELECT * FROM need_episode WHERE need_id = ANY($1)"),
    "counted_orders": ("insights", "SELECT * FROM service_order WHERE need_id = ANY($1)"),
    "counted_surveys": ("insights", "SELECT * FROM survey WHERE need_id = ANY($1)"),
}  # fmt: skip


@dataclass(slots=True)
class Seen:
    """What all services hold of some needs."""

    rows: dict[str, Rows] = field(default_factory=dict)

    @classmethod
    async def of(cls, databases: dict[str, Connection], needs: Sequence[UUID]) -> "Seen":
        return cls({name: await databases[service].fetch(query, needs) for name, (service, query) in READ.items()})

    def __getitem__(self, name: str) -> Rows:
        return self.rows[name]

    def need(self, id: UUID) -> asyncpg.Record:
        return next(row for row in self["needs"] if row["id"] == id)

    def is_open(self, id: UUID) -> bool:
        return NeedStatus(self.need(id)["status"]) in OPEN


Rule = Callable[[Seen], Iterator[str]]


def every_order_is_known_to_its_need(seen: Seen) -> Iterator[str]:
    """Needs and matching say the same of each order; needs does not tell apart what stands still."""
    theirs = {row["id"]: _heard(row["status"]) for row in seen["orders"]}
    ours = {row["order_id"]: row["status"] for row in seen["orders_heard"]}
    for id in theirs.keys() | ours.keys():
        if theirs.get(id) != ours.get(id):
            yield f"order {id}: matching says {theirs.get(id)}, needs says {ours.get(id)}"


def _heard(status: str) -> str:
    return OrderStatus.IN_PROGRESS if status == OrderStatus.ON_HOLD else status


def open_orders_are_of_open_needs(seen: Seen) -> Iterator[str]:
    """What has ended asks nobody: neither an ended need nor an episode that is over."""
    for order in seen["orders"]:
        need = seen.need(order["need_id"])
        is_current = seen.is_open(need["id"]) and need["episode"] == order["episode"]
        if OrderStatus(order["status"]) in HOLDING and not is_current:
            stands = f"need {need['status']} in episode {need['episode']}"
            yield f"order {order['id']} of episode {order['episode']} is {order['status']}: {stands}"


def reservations_are_what_open_orders_hold(seen: Seen) -> Iterator[str]:
    """Reserved less released and consumed is held by an open order, and what was used is consumed."""
    sums: Counter[tuple[UUID, str]] = Counter()
    for entry in seen["entries"]:
        sums[entry["order_id"], entry["kind"]] += entry["quantity"]
    for order in seen["orders"]:
        id = order["id"]
        held = sums[id, "reserve"] - sums[id, "release"] - sums[id, "consume"]
        wanted = order["quantity"] if OrderStatus(order["status"]) in HOLDING and order["account_id"] else 0
        if (held, sums[id, "consume"]) != (wanted, order["used"] or 0 if order["account_id"] else 0):
            yield f"order {id} is {order['status']}, holds {held} of {wanted}, consumed {sums[id, 'consume']}"


def matching_knows_where_each_need_stands(seen: Seen) -> Iterator[str]:
    """Which episode, and whether and how it has ended. Where it stands meanwhile is for needs to say."""
    theirs = {row["id"]: (row["episode"], _end(row["status"])) for row in seen["matched"]}
    for need in seen["needs"]:
        ours = need["episode"], _end(need["status"])
        if theirs.get(need["id"]) != ours:
            yield f"need {need['id']}: matching says {theirs.get(need['id'])}, needs says {ours}"


def _end(status: str) -> str:
    return "open" if NeedStatus(status) in OPEN else status


def cards_are_open_while_orders_run(seen: Seen) -> Iterator[str]:
    """A department reads the card from its acceptance to the order's end, and not a moment longer."""
    running = {row["id"] for row in seen["orders"] if OrderStatus(row["status"]) in RUNNING and row["resident_id"]}
    shown = {row["order_id"] for row in seen["cards"] if row["ended_at"] is None}
    for id in running ^ shown:
        yield f"order {id}: {'no card while it runs' if id in running else 'a card after its end'}"


def no_case_is_an_orphan(seen: Seen) -> Iterator[str]:
    """Each part is a need's episode that there was, of the same person, and the need knows one of its cases."""
    of_need: dict[UUID, set[UUID]] = {}
    for part in seen["parts"]:
        need = seen.need(part["need_id"])
        of_need.setdefault(need["id"], set()).add(part["id"])
        if part["resident_id"] != need["resident_id"] or part["episode"] > need["episode"]:
            yield f"case {part['id']} has a part that is not its own: need {need['id']}"
    for need in seen["needs"]:
        known = need["case_id"]
        if known is not None and known not in of_need.get(need["id"], set()):
            yield f"need {need['id']} knows case {known}, which does not know it"
    open_for = Counter((row["resident_id"], row["station_id"], row["id"]) for row in seen["parts"]
                       if row["status"] != "closed")  # fmt: skip
    twice = Counter((resident, station) for resident, station, _ in open_for)
    yield from (f"{count} cases are open for {key}" for key, count in twice.items() if count > 1)


def policy_opened_every_case(seen: Seen) -> Iterator[str]:
    """What a person judged to be casework, of somebody on file, is part of a case."""
    there = {(part["need_id"], part["episode"]) for part in seen["parts"]}
    judged = ("needs.need_triaged.v1", "needs.need_reopened.v1")
    for fact in seen["facts"]:
        is_due = fact["name"] in judged and fact["category"] in CASEWORK and seen.need(fact["need_id"])["resident_id"]
        if is_due and (fact["need_id"], fact["episode"]) not in there:
            yield f"need {fact['need_id']}, episode {fact['episode']}: no case"


def every_resolved_episode_has_one_survey(seen: Seen) -> Iterator[str]:
    resolved = Counter((row["need_id"], row["episode"]) for row in seen["facts"]
                       if row["name"] == "needs.need_resolved.v1")  # fmt: skip
    asked = Counter((row["need_id"], row["episode"]) for row in seen["surveys"])
    for key in resolved.keys() | asked.keys():
        if (resolved[key], asked[key]) != (1, 1):
            yield f"episode {key}: resolved {resolved[key]} times, {asked[key]} surveys"


def closed_surveys_close_needs(seen: Seen) -> Iterator[str]:
    """A survey that nobody answered in time, or that was answered well enough and is over, leaves nothing resolved."""
    for survey in seen["surveys"]:
        need = seen.need(survey["need_id"])
        is_latest = need["episode"] == survey["episode"]
        if is_latest and need["status"] == "resolved" and survey["status"] in ("closed", "not_asked"):
            yield f"need {need['id']} is resolved, and its survey {survey['status']}"
        if is_latest and NeedStatus(need["status"]) in REOPENED and survey["reopens"] and not need["awaits_county"]:
            yield f"need {need['id']} is {need['status']} although the answer reopens it"


def ended_needs_have_no_running_clock(seen: Seen) -> Iterator[str]:
    for clock in seen["clocks"]:
        need = seen.need(clock["need_id"])
        runs = clock["met_at"] is None and clock["stopped_at"] is None
        if runs and (not seen.is_open(need["id"]) or clock["episode"] != need["episode"]):
            yield f"clock {clock['kind']} of episode {clock['episode']} runs: need {need['status']}"


def insights_count_what_happened(seen: Seen) -> Iterator[str]:
    """A row for each episode, order and invited survey, which stands as its owner says."""
    counted = {(row["need_id"], row["episode"]): row["status"] for row in seen["counted"]}
    ours = {(need["id"], need["episode"]): need["status"] for need in seen["needs"]}
    for need in seen["needs"]:
        before = {counted.get((need["id"], episode)) for episode in range(1, need["episode"])}
        if not before <= {str(status) for status in REOPENED}:
            yield f"need {need['id']}: episodes before {need['episode']} ended as {before}"
    if counted != ours | {key: status for key, status in counted.items() if key[1] < seen.need(key[0])["episode"]}:
        yield f"needs stand as {ours}, insights count {counted}"
    orders = {row["id"]: (row["status"], row["used"] or 0) for row in seen["orders"]}
    theirs = {row["order_id"]: (row["status"], row["used"] or 0) for row in seen["counted_orders"]}
    yield from (f"order {id}: {orders.get(id)} is counted as {theirs.get(id)}"
                for id in orders.keys() | theirs.keys() if orders.get(id) != theirs.get(id))  # fmt: skip
    surveys = {row["id"]: row["satisfaction"] for row in seen["surveys"] if row["invited_at"]}
    if surveys != {row["survey_id"]: row["satisfaction"] for row in seen["counted_surveys"]}:
        yield "surveys are not counted as they were answered"


RULES: tuple[Rule, ...] = (
    every_order_is_known_to_its_need, open_orders_are_of_open_needs, reservations_are_what_open_orders_hold,
    matching_knows_where_each_need_stands, cards_are_open_while_orders_run, no_case_is_an_orphan,
    policy_opened_every_case, every_resolved_episode_has_one_survey, closed_surveys_close_needs,
    ended_needs_have_no_running_clock, insights_count_what_happened,
)  # fmt: skip


@asynccontextmanager
async def looking(city: City) -> AsyncIterator[dict[str, Connection]]:
    """A superuser's connection to each database, to look at what is really there."""
    async with AsyncExitStack() as stack:
        connections = {service: await city.owner(service) for service in city.urls}
        for connection in connections.values():
            stack.push_async_callback(connection.close)
        yield connections


async def disagreements(databases: dict[str, Connection], needs: Sequence[UUID]) -> list[str]:
    """Everything that services say differently of these needs."""
    seen = await Seen.of(databases, needs)
    return [f"{rule.__name__}: {found}" for rule in RULES for found in rule(seen)]
