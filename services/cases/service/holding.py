"""The case that a verb is about: held while it is changed, or only seen.

Whoever holds several things holds them in one order, so that no two wait for each other: the person at the station (an
advisory lock), the worker, the case, the hand-over packet, and then what is written in the case.
"""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.models import Case
from services.cases.repository import casework as repository
from shared.kit.errors import NotFound


async def held(session: AsyncSession, id: UUID) -> Case:
    """A case of the caller's that nobody else moves until this transaction ends."""
    case = await repository.case_by_id(session, id, lock=True)
    if case is None:
        raise NotFound
    return case


async def seen(session: AsyncSession, id: UUID) -> Case:
    case = await repository.case_by_id(session, id)
    if case is None:
        raise NotFound
    return case
