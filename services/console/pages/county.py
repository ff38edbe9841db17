"""The county's desk: returns to decide, needs that ask for a third time, and the cases of station heads."""

from functools import partial
from uuid import UUID

from fastapi import Request, Response

from services.console.errors import Refused
from services.console.pages.acting import act
from services.console.pages.drawing import draw
from services.console.pages.room import AtDesk, Form, PageRoom, Sent, house_of, is_part
from services.console.service import county, drafts
from services.console.service.asking import Person

router = PageRoom(prefix="/desk/county")


@router.get("")
async def read_desk(request: Request, who: AtDesk) -> Response:
    """The lists, each with what the county may decide."""
    return await _desk(request, who)


async def _desk(
    request: Request, who: Person, *, sent: str = "", refused: Refused | None = None, filled: Form | None = None,
    done: str = "",
) -> Response:  # fmt: skip
    written = {**await drafts.fields_below(house_of(request), who, "county:")}
    if refused is not None and filled is not None:
        written[sent] = filled
    return await draw(
        request, "parts/county.html" if is_part(request) else "county.html", who,
        status=refused.status if refused else 200, waiting=await county.waiting(who), rulings=county.RULINGS, sent=sent,
        refused=refused, written=written, done=done,
    )  # fmt: skip


@router.get("/orders/{id}/evidence")
async def read_evidence(request: Request, who: AtDesk, id: UUID) -> Response:
    """What the department brought with its return, when somebody asks for it: the reading is written down."""
    return await draw(
        request, "parts/evidence.html" if is_part(request) else "evidence.html", who,
        found=await county.evidence(who, id),
    )  # fmt: skip


@router.post("/orders/{id}/arbitrate")
async def arbitrate(request: Request, who: AtDesk, id: UUID, form: Sent) -> Response:
    """Decide on a return. A resource counts only where it is assigned, whatever else stands chosen in the form."""
    is_assigned = form.get("ruling") == "assign"
    body = form.filled("ruling", "reason", *(["resource_id"] if is_assigned else []))
    return await act(
        request, who, form, service="matching", path=f"/orders/{id}/arbitrate", body=body, done="已裁定。",
        draft=f"county:{id}", again=partial(_desk, request, who, sent=str(id)), to="/desk/county",
    )  # fmt: skip


@router.post("/needs/{id}/reopen")
async def reopen(request: Request, who: AtDesk, id: UUID, form: Sent) -> Response:
    """The next episode begins."""
    return await act(
        request, who, form, service="needs", path=f"/needs/{id}/reopen", body=county.REOPEN, done="已重新打开。",
        again=partial(_desk, request, who, sent=f"{id}:reopen"), to="/desk/county",
    )  # fmt: skip


@router.post("/needs/{id}/decline")
async def decline(request: Request, who: AtDesk, id: UUID, form: Sent) -> Response:
    """It stays as it ended; the person is told."""
    return await act(
        request, who, form, service="needs", path=f"/needs/{id}/decline-reopening", body=dict(form.filled("because")),
        done="已裁定不再打开，并已通知本人。", draft=f"county:{id}", again=partial(_desk, request, who, sent=str(id)),
        to="/desk/county",
    )  # fmt: skip
