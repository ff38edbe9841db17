"""What one person said, and what the county must decide."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request

from services.feedback.schemas.surveys import AnswerView, DisputeStatus, DisputeView
from services.feedback.service import calling, disputes
from shared.kit.access import Who, may
from shared.kit.edge import Room, Transaction
from shared.kit.paging import Page, PageCut
from shared.schemas.access import Action

router = Room(prefix="/v1", tags=["judgment"])
OfStatus = Annotated[DisputeStatus | None, Query(description="Only what is open, or only what is decided.")]


@router.get("/answers/{id}", dependencies=[may(Action.READ_SURVEY_ANSWER)], summary="Read one answer")
async def read_answer(id: UUID, session: Transaction, who: Who, http: Request) -> AnswerView:
    """One survey's answer with its words; audited. Whoever handled the matter is refused, and that is audited too."""
    return await calling.read_answer(session, id, by=who, database=http.app.state.house.database)


@router.get("/disputes", dependencies=[may(Action.READ_DISPUTES)], summary="What the county decides")
async def read_disputes(session: Transaction, page: PageCut, status: OfStatus = None) -> Page[DisputeView]:
    """People who are not content after two reopenings: the county decides; what it decided, and when, stands here."""
    return await disputes.disputes(session, page, status=status)
