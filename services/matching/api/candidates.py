"""Candidates, over the counter."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.matching.schemas.candidates import CandidatesView, WhyView
from services.matching.service import candidates
from shared.kit.access import may
from shared.kit.contract import refuses
from shared.kit.edge import Room, Transaction
from shared.schemas.access import Action

router = Room(prefix="/v1/needs", tags=["candidates"])
Quantity = Annotated[int, Query(ge=1, le=100_000, description="How much is needed.")]


@router.get(
    "/{id}/candidates", dependencies=[may(Action.READ_CANDIDATES)], summary="Who could help", responses=refuses(409)
)
async def read_candidates(
    id: UUID, session: Transaction, quantity: Quantity = 1, limit: Annotated[int, Query(ge=1, le=50)] = 10
) -> CandidatesView:
    """The best candidates for a need with the terms of their score in words and numbers; and who not, and why.

    Of the refused the first 50, what asking the person may cure first: *unknown* is told apart from *no*. A need
    that has not arrived here yet is 409: try again in a second.
    """
    return await candidates.candidates(session, id, quantity=quantity, limit=limit)


@router.get(
    "/{id}/candidates/{resource_id}",
    dependencies=[may(Action.READ_CANDIDATES)],
    summary="Why, or why not",
    responses=refuses(409),
)
async def read_why(id: UUID, resource_id: UUID, session: Transaction, quantity: Quantity = 1) -> WhyView:
    """What each rule says of one resource for one need, and how it would score."""
    return await candidates.why(session, id, resource_id, quantity=quantity)
