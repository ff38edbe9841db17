"""The call-back list of the hotline."""

from uuid import UUID

from fastapi import Request

from services.feedback.schemas.surveys import CallBackView, CallForm, CallView
from services.feedback.service import calling
from shared.kit.access import Who, may
from shared.kit.edge import Room, Transaction
from shared.kit.paging import Page, PageCut
from shared.schemas.access import Action

router = Room(prefix="/v1/callbacks", tags=["callbacks"])


@router.get("", dependencies=[may(Action.READ_CALL_BACKS)], summary="Whom to call")
async def read_call_backs(session: Transaction, page: PageCut) -> Page[CallBackView]:
    """People whom no message reached and those of the month's sample, with the script; not who handled it."""
    return await calling.call_backs(session, page)


@router.post(
    "/{id}/answers", status_code=201, dependencies=[may(Action.ANSWER_CALL_BACK)], summary="Record a call"
)  # fmt: skip
async def record_call(id: UUID, form: CallForm, session: Transaction, who: Who, http: Request) -> CallView:
    """What the person said, or that nobody answered. Whoever handled the matter is refused, and that is audited."""
    return await calling.record_call(session, id, form, by=who, database=http.app.state.house.database)
