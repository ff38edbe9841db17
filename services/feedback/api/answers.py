"""What one person said, and what the county must decide."""

from uuid import UUID

from fastapi import Request

from services.feedback.schemas.surveys import AnswerView, DisputeView
from services.feedback.service import calling
from shared.kit.access import Who, may
from shared.kit.edge import Room, Transaction
from shared.kit.paging import Page, PageCut
from shared.schemas.access import Action

router = Room(prefix="/v1", tags=["judgment"])


@router.get("/answers/{id}", dependencies=[may(Action.READ_SURVEY_ANSWER)], summary="Read one answer")
async def read_answer(id: UUID, session: Transaction, who: Who, http: Request) -> AnswerView:
    """One survey's answer with its words; audited. Whoever handled the matter is refused, and that is audited too."""
    return await calling.read_answer(session, id, by=who, database=http.app.state.house.database)


@router.get("/disputes", dependencies=[may(Action.READ_DISPUTES)], summary="What the county decides")
async def read_disputes(session: Transaction, page: PageCut) -> Page[DisputeView]:
    """People who are not content after two reopenings: not reopened again by themselves, the county decides."""
    return await calling.disputes(session, page)
