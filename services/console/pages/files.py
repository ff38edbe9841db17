"""Files of a case at the desk: listed when asked for, sent as a browser sends them, and saved."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Request, Response
from starlette.responses import RedirectResponse

from services.console.errors import FormNotYours, Refused
from services.console.pages.drawing import draw
from services.console.pages.room import AtDesk, PageRoom, is_part
from services.console.rules import multipart
from services.console.service import cases
from services.console.service.asking import Person

router = PageRoom(prefix="/desk/station/cases/{id}/files")
# As much as any service takes, and what a form needs around it.
MOST_BYTES: Final = 32 * 1024 * 1024 + 64 * 1024
# What the service says of a file, and the page hands on.
HANDED_ON: Final = ("content-type", "content-disposition", "content-security-policy", "x-content-type-options")


async def sent_file(request: Request, who: AtDesk) -> multipart.Sent:
    """A form with a file that this session was given.

    Raises:
        FormNotYours: another site made it, or another session.
    """
    sent = multipart.read(await request.body(), request.headers.get("content-type", ""))
    given = request.headers.get("x-csrf") or (sent.fields.get("csrf") or [""])[-1]
    if not who.gave_out(given):
        raise FormNotYours
    return sent


async def _files(request: Request, who: Person, id: UUID, *, refused: Refused | None = None) -> Response:
    return await draw(
        request, "parts/case_files.html" if is_part(request) else "case_files.html", who, id=str(id),
        status=refused.status if refused else 200, files=await cases.files(who, id), refused=refused,
    )  # fmt: skip


@router.get("")
async def read_files(request: Request, who: AtDesk, id: UUID) -> Response:
    """The names, when somebody asks for them: they say much, so the reading is written down."""
    return await _files(request, who, id)


@router.post("", max_body_size=MOST_BYTES)
async def attach(
    request: Request, who: AtDesk, id: UUID, sent: Annotated[multipart.Sent, Depends(sent_file)]
) -> Response:
    """Keep a file with the case."""
    key = (sent.fields.get("key") or [""])[-1]
    try:
        await who.send_file(
            "cases", f"/cases/{id}/attachments", name=sent.file_name, content=sent.content, key=key or None
        )
    except Refused as refused:
        return await _files(request, who, id, refused=refused)
    if is_part(request):
        return await _files(request, who, id)
    return RedirectResponse(f"/desk/station/cases/{id}/files", 303)


@router.get("/{file_id}")
async def save_file(who: AtDesk, id: UUID, file_id: UUID) -> Response:
    """The file itself, to be saved; the reading is written down."""
    answer = await who.file("cases", f"/cases/{id}/attachments/{file_id}")
    headers = {name: answer.headers[name] for name in HANDED_ON if name in answer.headers}
    return Response(answer.content, headers=headers | {"Cache-Control": "no-store"})
