"""What casework means for a need: who has it in hand, and that somebody spoke with the person."""

from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.models import Contact
from services.needs.repository import needs as repository
from services.needs.service.needs import LATE_ENTRY, contacted
from shared.schemas.facts import cases


async def note_case(session: AsyncSession, fact: cases.CaseOpened) -> None:
    """A social worker has it in hand."""
    need = await repository.need_by_id(session, fact.need_id, lock=True) if fact.need_id else None
    if need is not None:
        need.case_id = fact.case_id


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
    return uuid5(fact.case_id, f"{fact.need_id} {fact.kind} {fact.occurred_at.timestamp()}")
