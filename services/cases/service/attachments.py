"""Files of a case: kept sealed, listed and read for the record, removed when they should never have been there."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.models import Attachment
from services.cases.repository import casework as repository
from services.cases.schemas.plans import Attachments, AttachmentView
from services.cases.service.holding import held, seen
from shared.kit.access import Caller
from shared.kit.audit import record_reading
from shared.kit.clock import now
from shared.kit.errors import NotFound
from shared.kit.files import keeping
from shared.kit.files.receiving import Download, Upload
from shared.kit.ids import new_id
from shared.kit.timers import Timer


async def attach(session: AsyncSession, id: UUID, upload: Upload, *, by: Caller) -> Attachment:
    """A file belongs to the case from now; a closed case takes what comes late, as it takes notes."""
    await held(session, id)
    attachment = Attachment(
        id=new_id(), case_id=id, file=await keeping.keep(session, upload), media_type=upload.kind.media_type,
        size=len(upload.content), by=by.subject, at=now(session),
    )  # fmt: skip
    attachment.name = upload.name
    session.add(attachment)
    await session.flush()
    return attachment


async def attachments(session: AsyncSession, id: UUID) -> Attachments:
    """The files of a case, oldest first; their names say much, so the reading is written down."""
    case = await seen(session, id)
    rows = await repository.within(session, Attachment, id)
    if rows:
        await record_reading(
            session, "list_case_attachments", purpose=f"case:{id}", fields=("name",), subjects=[case.resident_id]
        )
    return Attachments(items=[AttachmentView.model_validate(row) for row in rows])


async def read_content(session: AsyncSession, id: UUID, attachment_id: UUID) -> Download:
    """A file with its content; the reading is written down."""
    case = await seen(session, id)
    attachment = await repository.part(session, Attachment, attachment_id, id)
    if attachment is None or attachment.file is None:
        raise NotFound
    await record_reading(
        session, "read_case_attachment", purpose=f"case:{id}", fields=("name", "content"), subjects=[case.resident_id]
    )
    content = await keeping.content_of(session, attachment.file)
    return Download(attachment.name or "", attachment.media_type, content)


async def remove(session: AsyncSession, id: UUID, attachment_id: UUID, *, by: Caller) -> Attachment:
    """A file that does not belong here goes, its name too; that it was there, and who removed it, stays."""
    await held(session, id)
    attachment = await repository.part(session, Attachment, attachment_id, id, lock=True)
    if attachment is None or attachment.file is None:
        raise NotFound
    await keeping.remove(session, attachment, by=by.subject)
    return attachment


async def sweep(session: AsyncSession, timer: Timer) -> None:
    """Nothing else in this service holds a file than attachments."""
    await keeping.sweep(session, timer, Attachment.file)
