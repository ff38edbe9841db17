"""The station desk: what waits for me, most urgent first, and what I do about it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response
from starlette.responses import RedirectResponse

from services.console.errors import Refused
from services.console.pages.drawing import draw
from services.console.pages.room import AtDesk, Form, PageRoom, Sent, house_of, is_part
from services.console.service import drafts, station
from services.console.service.asking import Person
from shared.schemas.vocabulary import ContactKind, Group, NeedStatus, Outcome, Urgency

router = PageRoom(prefix="/desk/station")
Shown = Annotated[str, Query(max_length=20)]


@router.get("")
async def read_desk(request: Request, who: AtDesk, show: Shown = "all", need: UUID | None = None) -> Response:
    """The queue, and beside it the need that is picked."""
    waiting = await station.queue(who, show=show)
    picked = await station.need_file(who, need) if need else None
    shown: dict[str, Any] = {"waiting": waiting, "show": show, "picked": picked, "views": station.VIEWS}
    if picked is not None:
        shown |= await _forms(request, who, picked)
    return await draw(request, "parts/queue.html" if is_part(request) else "station.html", who, **shown)


@router.get("/needs/{id}")
async def read_need(request: Request, who: AtDesk, id: UUID) -> Response:
    """One need with what can be done about it: a part beside the queue, or a page of its own."""
    return await _need(request, who, id)


async def _need(
    request: Request, who: Person, id: UUID, *, refused: Refused | None = None, filled: Form | None = None,
    done: str = "",
) -> Response:  # fmt: skip
    """The need as it is now, with what was refused and what had been filled in."""
    picked = await station.need_file(who, id)
    name = "parts/need.html" if is_part(request) else "station_need.html"
    shown = await _forms(request, who, picked) | {"picked": picked, "done": done, "refused": refused}
    if filled is not None:
        shown["filled"] = filled
    return await draw(request, name, who, status=refused.status if refused else 200, **shown)


async def _forms(request: Request, who: Person, picked: station.NeedFile) -> dict[str, Any]:
    """What the forms beside a need offer, and what was written into them before."""
    kept = await drafts.fields(house_of(request), who, f"triage:{picked.id}")
    return {
        "filled": kept, "urgencies": Urgency, "groups": Group, "contacts": ContactKind, "outcomes": Outcome,
        "done": "", "refused": None, "statuses": NeedStatus,
    }  # fmt: skip


async def _act(request: Request, who: Person, id: UUID, form: Form, verb: str, body: dict[str, Any]) -> Response:
    """Send an act; what is refused is told beside the form, with all that was filled in."""
    try:
        await who.post("needs", f"/needs/{id}/{verb}", body, key=form.key)
    except Refused as refused:
        return await _need(request, who, id, refused=refused, filled=form)
    await drafts.sent(house_of(request), who, f"{verb}:{id}")
    if not is_part(request):
        return RedirectResponse(f"/desk/station?need={id}", 303)
    answer = await _need(request, who, id, done=verb)
    answer.headers["HX-Trigger"] = "queue-changed"
    return answer


@router.post("/needs/{id}/triage")
async def triage(request: Request, who: AtDesk, id: UUID, form: Sent) -> Response:
    body = {**form.filled("category", "urgency"), "groups": form.all.get("groups", [])}
    return await _act(request, who, id, form, "triage", body)


@router.post("/needs/{id}/claim")
async def claim(request: Request, who: AtDesk, id: UUID, form: Sent) -> Response:
    return await _act(request, who, id, form, "claim", {})


@router.post("/needs/{id}/contacts")
async def contact(request: Request, who: AtDesk, id: UUID, form: Sent) -> Response:
    body: dict[str, Any] = form.filled("kind", "note")
    if form.get("occurred_at"):
        body["occurred_at"] = f"{form['occurred_at']}:00+08:00"
    return await _act(request, who, id, form, "contacts", body)


@router.post("/needs/{id}/start")
async def start(request: Request, who: AtDesk, id: UUID, form: Sent) -> Response:
    return await _act(request, who, id, form, "start", {})


@router.post("/needs/{id}/resolve")
async def resolve(request: Request, who: AtDesk, id: UUID, form: Sent) -> Response:
    return await _act(request, who, id, form, "resolve", dict(form.filled("outcome")))
