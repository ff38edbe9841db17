"""Reconciling: a service compares what it keeps with whom it is of, heals what rules heal, and raises the rest.

Movement is no fault. A page is compared only when its publisher's log has been heard up to the page's end; what then
differs is looked at again, and is a difference only if both sides stand as they stood before.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Final

import httpx
import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.exc import SQLAlchemyError

from shared.kit.clock import SHANGHAI, wall_clock
from shared.kit.database import Context, Database
from shared.kit.feed.ears import HeardFact
from shared.kit.feed.listening import Listener, ListenerPosition, Moved, handle, parked
from shared.kit.feed.reading import Position
from shared.kit.feed.trouble import describe, passes_by_itself
from shared.kit.inconsistencies import write_down
from shared.kit.peers import PeerAway, Peers
from shared.kit.promises import Difference, Promise
from shared.kit.standing import MOST_IDS, PAGE, Codes, Page, rows_of, scope
from shared.kit.timers import Errand, Timer, set_timer

log = structlog.get_logger()
RECONCILE: Final = "reconcile"
NIGHT: Final = time(3, 0)
AGAIN: Final = timedelta(hours=1)
MOST_LOOKS: Final = 5
CATCH_UP_SECONDS: Final = 30.0
HOLD_BEGINNING: Final = select(func.pg_advisory_xact_lock(func.hashtextextended(RECONCILE, 0)))


class NotNow(Exception):
    """It cannot be told now whether a promise is kept: its publisher was not heard to the end."""


@dataclass(slots=True)
class Report:
    """What came of looking at one promise. `raised` is what stays; `trouble` says why nothing could be told."""

    service: str
    promise: str
    looked: int = 0
    healed: list[Difference] = field(default_factory=list)
    raised: list[Difference] = field(default_factory=list)
    trouble: str | None = None


@dataclass(slots=True)
class Reconciler:
    """One service's promises, and hands to look at them."""

    service: str
    database: Database
    peers: Peers
    listeners: dict[str, Listener]
    promises: dict[str, Promise]

    @property
    def context(self) -> Context:
        return scope(self.service, f"{self.service}.reconciler")

    async def all(self, *, at: datetime) -> list[Report]:
        """Look at every promise, one after the other."""
        return [await self.look(name, at=at) for name in self.promises]

    async def look(self, name: str, *, at: datetime) -> Report:
        """Look at one promise, heal what can be healed, write down what was found."""
        report = Report(self.service, name)
        try:
            await self._look(self.promises[name], report, at)
        except (NotNow, PeerAway) as trouble:
            report.trouble = str(trouble)
        except Exception as trouble:
            # A feed that breaks off, a lock held too long: this promise is not told of, the others are.
            if not (isinstance(trouble, httpx.HTTPError) or passes_by_itself(trouble)):
                raise
            report.trouble = describe(trouble)
        return report

    async def _look(self, promise: Promise, report: Report, at: datetime) -> None:
        first = await self._differences(promise, report)
        found = await self._standing(promise, first)
        left = await self._heal_each(promise, [found[id] for id in sorted(found)], report, at)
        # What another one's healing made room for: a quantity that was held in vain can be reserved now.
        report.raised = await self._heal_each(promise, left, report, at) if report.healed else left
        async with self.database.work(self.context, now=at) as session:
            wrong = {each.subject: each.wrong for each in [*report.healed, *report.raised]}
            await write_down(session, promise.name, wrong, healed={each.subject for each in report.healed}, at=at)
        if found:
            log.warning("promise_broken", promise=promise.name, healed=len(report.healed), raised=len(report.raised))

    async def _differences(self, promise: Promise, report: Report) -> dict[str, Difference]:
        """What differs at first sight, page by page."""
        found: dict[str, Difference] = {}
        after: str | None = None
        while True:
            page = await self._told(promise, after=after)
            # Beyond the last page nothing is told, and whatever is kept there is unknown to the publisher.
            until = next(reversed(page.rows)) if len(page.rows) == PAGE else None
            ours = await self._kept(promise, after=after, until=until)
            report.looked += len(page.rows.keys() | ours.keys())
            found |= _compared(promise, page.rows, ours)
            if until is None:
                return found
            after = until

    async def _standing(self, promise: Promise, suspects: dict[str, Difference]) -> dict[str, Difference]:
        """Those of the suspects that stand as they stood; what goes on moving is left for another night."""
        confirmed: dict[str, Difference] = {}
        for _ in range(MOST_LOOKS):
            again: dict[str, Difference] = {}
            for ids in _pieces(suspects):
                again |= await self._again(promise, ids)
            confirmed |= {id: each for id, each in again.items() if each == suspects[id]}
            suspects = {id: each for id, each in again.items() if id not in confirmed}
            if not suspects:
                break
        return confirmed

    async def _again(self, promise: Promise, ids: Sequence[str]) -> dict[str, Difference]:
        page = await self._told(promise, ids=ids)
        return _compared(promise, page.rows, await self._kept(promise, ids=ids))

    async def _told(self, promise: Promise, *, after: str | None = None, ids: Sequence[str] | None = None) -> Page:
        """What the publisher tells, once it has been heard as far."""
        if promise.theirs is None or promise.publisher is None:
            return Page({}, None)
        address = f"standing/{promise.theirs.partition('.')[2]}"
        wanted = {"after": [after]} if after is not None else {"id": list(ids)} if ids is not None else {}
        answer = await self.peers.read(promise.publisher, address, wanted)
        page = Page(answer["rows"], answer["position"])
        await self._catch_up(promise.publisher, page.position)
        return page

    async def _kept(
        self, promise: Promise, *, after: str | None = None, until: str | None = None, ids: Sequence[str] | None = None
    ) -> dict[str, Codes]:
        async with self.database.work(self.context) as session:
            return await rows_of(session, promise.ours, after=after, until=until, ids=ids)

    async def _catch_up(self, publisher: str, position: str | None) -> None:
        """Hear a publisher up to a position, or until its own loop has."""
        listener = self.listeners[publisher]
        give_up = asyncio.get_running_loop().time() + CATCH_UP_SECONDS
        while position is not None and not await self._has_heard(publisher, Position.parse(position)):
            if asyncio.get_running_loop().time() > give_up:
                raise NotNow(f"{publisher} was not heard to the end")
            try:
                taken = await listener.step()
            except Moved:
                continue
            if not taken:
                await asyncio.sleep(0.05)

    async def _has_heard(self, publisher: str, position: Position) -> bool:
        heard = await self._position(publisher)
        return heard is not None and heard >= position

    async def _position(self, publisher: str) -> Position | None:
        async with self.database.work(self.context) as session:
            written = await session.scalar(
                select(ListenerPosition.position).where(ListenerPosition.publisher == publisher)
            )
        return Position.parse(written) if written else None

    async def _heal_each(
        self, promise: Promise, found: Sequence[Difference], report: Report, at: datetime
    ) -> list[Difference]:
        """Heal these one after the other; what stays."""
        stays: list[Difference] = []
        for difference in found:
            left = await self._heal(promise, difference, at)
            (report.healed if left is None else stays).append(left or difference)
        return stays

    async def _heal(self, promise: Promise, difference: Difference, at: datetime) -> Difference | None:
        """Take the facts in again, put right by a verb, take in what that made room for; what is left, if anything."""
        left = await self._replayed(promise, difference)
        if left is None or promise.mend is None:
            return left
        await self._mend(promise, left, at)
        mended = await self._left(promise, left)
        return mended and await self._replayed(promise, mended)

    async def _replayed(self, promise: Promise, difference: Difference) -> Difference | None:
        subject = promise.replayed_by(difference)
        if subject is None or promise.publisher is None:
            return difference
        await self._replay(promise.publisher, subject)
        return await self._left(promise, difference)

    async def _left(self, promise: Promise, difference: Difference) -> Difference | None:
        return (await self._again(promise, [difference.subject])).get(difference.subject)

    async def _mend(self, promise: Promise, difference: Difference, at: datetime) -> None:
        assert promise.mend is not None
        try:
            async with self.database.work(self.context, now=at) as session:
                await promise.mend(session, difference)
        except Exception as trouble:
            if passes_by_itself(trouble):
                raise
            log.warning("not_mended", promise=promise.name, subject=difference.subject, trouble=describe(trouble))

    async def _replay(self, publisher: str, subject: str) -> None:
        """Take in once more all facts of a subject that were heard; all of them or none."""
        listener = self.listeners[publisher]
        events = await self.peers.read(publisher, "facts", {"subject": [subject]})
        facts = [HeardFact.from_cloud_event(event) for event in events]
        held = select(ListenerPosition.position).where(ListenerPosition.publisher == publisher).with_for_update()
        try:
            async with self.database.work(self.context) as session:
                written = (await session.execute(held)).scalar_one_or_none()
                # What is parked is known, and waits for its cause to be mended.
                if written is None or any(row.publisher == publisher for row in await parked(session, subject=subject)):
                    return
                for fact in facts:
                    is_heard = Position.parse(fact.position) <= Position.parse(written)
                    if is_heard and fact.name in listener.handlers:
                        await handle(session, fact, listener.handlers)
                        await session.flush()
        except Exception as trouble:
            if passes_by_itself(trouble):
                raise
            log.warning("not_replayed", publisher=publisher, subject=subject, trouble=describe(trouble))

    async def begin(self) -> None:
        """See that every promise is looked at each night; what is no promise any more is looked at no more."""
        async with self.database.work(self.context) as session:
            await session.execute(HOLD_BEGINNING)
            await session.execute(
                delete(Timer).where(Timer.kind == RECONCILE, Timer.subject.not_in(list(self.promises)))
            )
            waiting = set(await session.scalars(select(Timer.subject).where(Timer.kind == RECONCILE)))
            for name in sorted(self.promises.keys() - waiting):
                await set_timer(session, RECONCILE, name, due=next_night(wall_clock()))

    async def keep_beginning(self) -> None:
        """Begin, as soon as the database is there."""
        while True:
            try:
                return await self.begin()
            except (SQLAlchemyError, OSError) as trouble:
                log.warning("reconciling_waits", trouble=type(trouble).__name__)
                await asyncio.sleep(AGAIN.total_seconds() / 60)

    async def run(self, errand: Errand) -> None:
        """Look at one promise, and set the next night; where nothing could be told, an hour later."""
        told = errand.subject not in self.promises
        due = next_night(errand.at)
        if not told:
            try:
                report = await self.look(errand.subject, at=errand.at)
                told = report.trouble is None
            except Exception as trouble:  # noqa: BLE001 -- any trouble is written down, and the promise looked at later
                log.warning("not_reconciled", promise=errand.subject, trouble=describe(trouble))
        async with errand.work() as session:
            await errand.done(session)
            if errand.subject in self.promises:
                await set_timer(session, RECONCILE, errand.subject, due=due if told else errand.at + AGAIN)


def next_night(moment: datetime) -> datetime:
    """The next three o'clock in the morning in Fuzhou."""
    local = moment.astimezone(SHANGHAI)
    tonight = datetime.combine(local.date(), NIGHT, SHANGHAI)
    return tonight if tonight > local else tonight + timedelta(days=1)


def _compared(promise: Promise, theirs: dict[str, Codes], ours: dict[str, Codes]) -> dict[str, Difference]:
    found = (promise.difference(id, theirs.get(id), ours.get(id)) for id in theirs.keys() | ours.keys())
    return {each.subject: each for each in found if each is not None}


def _pieces(ids: Iterable[str]) -> Iterator[list[str]]:
    left = iter(sorted(ids))
    while piece := list(islice(left, MOST_IDS)):
        yield piece
