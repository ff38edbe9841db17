"""What casework means for a need: who has it in hand, and that somebody spoke with the person."""

from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.models import Contact, Need
from services.needs.repository import cases as parts
from services.needs.repository import needs as repository
from services.needs.service.needs import LATE_ENTRY, contacted
from shared.kit.clock import now
from shared.schemas.facts import cases


async def note_case(session: AsyncSession, fact: cases.CaseOpened) -> None:
    """A social worker has it in hand: the present episode is part of the case."""
    need = await repository.need_by_id(session, fact.need_id, lock=True) if fact.need_id else None
    if need is not None:
        await _join(session, fact.case_id, need, episode=need.episode_at(fact.opened_at))


async def case_joined(session: AsyncSession, fact: cases.CaseJoined) -> None:
    """An episode is part of a case from now; it is resolved when the case has ended."""
    need = await repository.need_by_id(session, fact.need_id, lock=True)
    if need is not None:
        await _join(session, fact.case_id, need, episode=fact.episode)


async def _join(session: AsyncSession, case_id: UUID, need: Need, *, episode: int) -> None:
    need.case_id = case_id
    await session.flush()
    await parts.add_part(session, case_id, need, episode=episode, at=now(session))


async def case_closed(session: AsyncSession, fact: cases.CaseClosed) -> None:
    """The case ended: what was part of it can be resolved."""
    await parts.end_parts(session, fact.case_id, now(session))


async def part_ended(session: AsyncSession, fact: cases.PartEnded) -> None:
    """The need went on at another station: it no longer waits for this case."""
    await parts.end_part(session, fact.case_id, fact.need_id, episode=fact.episode, moment=now(session))


async def case_reopened(session: AsyncSession, fact: cases.CaseReopened) -> None:
    """The case goes on, and with it the episodes that have not ended."""
    for part in await parts.ended_parts(session, fact.case_id, now(session)):
        need = await repository.need_by_id(session, part.need_id, lock=True)
        if need is not None and need.is_open and need.episode == part.episode:
            part.ended_at = None
        part.heard_until = now(session)
    await session.flush()


async def contact_made(session: AsyncSession, fact: cases.ContactMade) -> None:
    """Somebody of the case spoke with the person, or tried to: the earliest counts, each contact once."""
    need = await repository.need_by_id(session, fact.need_id, lock=True)
    id = _contact_id(fact)
    if need is None or await repository.contact_is_known(session, id):
        return
    # Who had a case before it became a need spoke of it from its registration on.
    occurred = max(fact.occurred_at, need.registered_at)
    session.add(
        Contact(
            id=id, need_id=need.id, episode=need.episode_at(occurred), kind=fact.kind, by=f"case:{fact.case_id}",
            occurred_at=occurred, recorded_at=fact.recorded_at,
            is_late_entry=fact.recorded_at - occurred > LATE_ENTRY,
        )
    )  # fmt: skip
    await session.flush()
    if fact.kind.is_effective:
        await contacted(session, need, fact.kind, at=occurred)


def _contact_id(fact: cases.ContactMade) -> UUID:
    """One id for one contact, so that a fact that is heard again adds none."""
    if fact.service_id is not None:
        return uuid5(fact.service_id, str(fact.need_id))
    return uuid5(fact.case_id, f"{fact.need_id} {fact.kind} {fact.occurred_at.timestamp()}")
