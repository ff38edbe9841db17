"""Pauses: the clocks stand still for a listed reason with proof, and what they stood still does not count."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.errors import NothingRuns, PausedAlready, PauseHasEnded, TooFewAttempts
from services.needs.models import Clock, Need, NeedPause
from services.needs.repository import needs as needs_repository
from services.needs.repository import pauses as repository
from services.needs.rules.figures import count_apart
from services.needs.schemas.episodes import PauseForm, ProofView
from services.needs.service import clocks
from services.needs.service.needs import need_of
from shared.kit.access import Caller
from shared.kit.audit import record_reading
from shared.kit.clock import now
from shared.kit.errors import NotFound
from shared.kit.feed.log import announce
from shared.kit.ids import new_id
from shared.schemas.vocabulary import ClockKind, PauseReason

ATTEMPTS: Final = 3
# Three calls in one minute are one attempt: the person had no time to come back to the telephone.
ATTEMPTS_APART: Final = timedelta(hours=1)


async def pause_need(session: AsyncSession, id: UUID, form: PauseForm, *, by: Caller) -> NeedPause:
    """The running clocks stand still from now on.

    Raises:
        NothingRuns: no clock runs that this reason could stop.
        PausedAlready: it stands still already.
        TooFewAttempts: fewer than three attempts, each an hour after the last, were recorded in this episode.
    """
    need = await need_of(session, id)
    if await repository.running_pause(session, need.id) is not None:
        raise PausedAlready
    if form.reason is PauseReason.THREE_ATTEMPTS:
        moments = await needs_repository.attempts(session, need)
        if count_apart(moments, ATTEMPTS_APART) < ATTEMPTS:
            raise TooFewAttempts
    running = await needs_repository.open_clocks(session, need, *_concerned(form.reason))
    if not running:
        raise NothingRuns
    return await _pause(session, need, running, form=form, by=by)


def _concerned(reason: PauseReason) -> tuple[ClockKind, ...]:
    """Three attempts concern the headline alone, and only its second figure."""
    return () if reason.stops_headline else (ClockKind.FIRST_CONTACT,)


async def _pause(
    session: AsyncSession, need: Need, running: Sequence[Clock], *, form: PauseForm, by: Caller
) -> NeedPause:
    pause = NeedPause(
        id=new_id(), need_id=need.id, episode=need.episode, reason=form.reason, started_by=by.subject,
        started_at=now(session),
    )  # fmt: skip
    pause.proof = form.proof
    session.add(pause)
    await session.flush()
    for clock in running:
        await clocks.stand_still(session, clock, pause)
    announce(session, pause.began(tuple(sorted({ClockKind(clock.kind) for clock in running}))))
    return pause


async def end_pause(session: AsyncSession, id: UUID, pause_id: UUID) -> NeedPause:
    """The clocks run on, and are due later by what they stood still: working time where they run on that.

    Raises:
        PauseHasEnded: it ended before.
    """
    need = await need_of(session, id)
    pause = await _pause_of(session, id, pause_id)
    if pause.ended_at is not None:
        raise PauseHasEnded
    announce(session, pause.end(at=now(session)))
    for stretch in await repository.stretches_of_pause(session, pause.id):
        clock = await needs_repository.clock_by_id(session, stretch.clock_id)
        assert clock is not None
        await clocks.run_again(session, clock, stretch)
    await session.flush()
    await clocks.order_queue(session, need)
    return pause


async def _pause_of(session: AsyncSession, id: UUID, pause_id: UUID) -> NeedPause:
    pause = await repository.pause_by_id(session, id, pause_id)
    if pause is None:
        raise NotFound
    return pause


async def read_proof(session: AsyncSession, id: UUID, pause_id: UUID) -> ProofView:
    """What showed it; the reading is written down."""
    need, pause = await need_of(session, id, lock=False), await _pause_of(session, id, pause_id)
    await record_reading(
        session, "read_proof", purpose=f"need:{id}", fields=("proof",), subjects=[need.resident_id or need.id]
    )
    return ProofView(pause_id=pause.id, proof=pause.proof or "")
