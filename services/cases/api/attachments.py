"""Files of cases, over the counter."""

from uuid import UUID

from fastapi import Request, Response

from services.cases.models import Attachment
from services.cases.schemas.casework import Nothing
from services.cases.schemas.plans import Attachments, AttachmentView
from services.cases.service import attachments
from shared.kit.access import Who, may
from shared.kit.edge import Room, Transaction
from shared.kit.files.receiving import FILE_ANSWER, FILE_BODY, MOST_BYTES, FileName, received, sent
from shared.schemas.access import Action

router = Room(prefix="/v1/cases/{id}/attachments", tags=["attachments"])


@router.post(
    "", status_code=201, dependencies=[may(Action.WORK_CASE)], summary="Attach a file", response_model=AttachmentView,
    openapi_extra=FILE_BODY, max_body_size=MOST_BYTES,
)  # fmt: skip
async def attach(id: UUID, request: Request, file_name: FileName, session: Transaction, who: Who) -> Attachment:
    """Send the file as the body, and its name in a header, so that no address holds it.

    What it is, is seen from its content: photographs, PDF and Office documents without macros are kept, encrypted.
    """
    return await attachments.attach(session, id, await received(request, file_name), by=who)


@router.get("", dependencies=[may(Action.READ_CASE_WORDS)], summary="Files of a case")
async def read_attachments(id: UUID, session: Transaction) -> Attachments:
    """The files with their names, oldest first; the reading is written into the trail."""
    return await attachments.attachments(session, id)


@router.get(
    "/{attachment_id}", dependencies=[may(Action.READ_CASE_WORDS)], summary="A file", response_class=Response,
    responses=FILE_ANSWER,
)  # fmt: skip
async def read_content(id: UUID, attachment_id: UUID, session: Transaction) -> Response:
    """The file itself, to be saved; the reading is written into the trail."""
    return sent(await attachments.read_content(session, id, attachment_id))


@router.post(
    "/{attachment_id}/remove", dependencies=[may(Action.MANAGE_CASES)], summary="Remove a file",
    response_model=AttachmentView,
)  # fmt: skip
async def remove(id: UUID, attachment_id: UUID, _: Nothing, session: Transaction, who: Who) -> Attachment:
    """A file that does not belong here goes for good; who removed it stays."""
    return await attachments.remove(session, id, attachment_id, by=who)
