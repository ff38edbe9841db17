"""The station desk: what waits for me, most urgent first, and what I do about it."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response

from services.console.errors import Refused
from services.console.pages.acting import act
from services.console.pages.drawing import draw
from services.console.pages.room import AtDesk, Form, PageRoom, Sent, house_of, is_part
from services.console.service import drafts, station
from services.console.service.asking import Person

router = PageRoom(prefix="/desk/station")
Pile = Annotated[str, Query(max_length=20)]


@router.get("")
async def read_desk(request: Request, who: AtDesk, show: Pile = "all", need: UUID | None = None) -> Response:
    """The queue, and beside it the need that is picked."""
    waiting, counts = await station.queue(who, show=show), await station.counts(who)
    picked = await station.need_file(who, need) if need else None
    shown: dict[str, Any] = {"waiting": waiting, "show": show, "picked": picked, "piles": station.PILES}
    shown |= {"counts": counts, "refused": None, "done": "", "filled": {}, "sent": ""}
    if picked is not None:
        shown["filled"] = await _kept(request, who, picked)
    return await draw(request, "parts/queue.html" if is_part(request) else "station.html", who, **shown)


async def _kept(request: Request, who: Person, picked: station.NeedFile) -> dict[str, str]:
    """What was written into the forms beside this need and not sent."""
    house = house_of(request)
    kept: dict[str, str] = {}
    for form in ("triage", "contacts", "consent"):
        kept |= await drafts.fields(house, who, f"{form}:{picked.id}")
    return kept


@router.get("/needs/{id}")
async def read_need(request: Request, who: AtDesk, id: UUID, show: Pile = "all") -> Response:
    """One need with what can be done about it: a part beside the queue, or a page of its own."""
    return await show_need(request, who, id, show=show)


async def show_need(
    request: Request, who: Person, id: UUID, *, refused: Refused | None = None, filled: Form | None = None,
    done: str = "", sent: str = "", show: str = "all",
) -> Response:  # fmt: skip
    """The need as it is now, with what was refused of the form `sent` and what had been filled in there."""
    picked = await station.need_file(who, id)
    kept: dict[str, str] = filled if filled is not None else await _kept(request, who, picked)
    return await draw(
        request, "parts/need.html" if is_part(request) else "station_need.html", who,
        status=refused.status if refused else 200, picked=picked, done=done, refused=refused, filled=kept,
        sent=sent if refused else "", show=show,
    )  # fmt: skip


async def _do(
    request: Request, who: Person, id: UUID, form: Form, verb: str, body: dict[str, Any], done: str
) -> Response:
    """An act on the need itself."""
    return await act(
        request, who, form, service="needs", path=f"/needs/{id}/{verb}", body=body, done=done, draft=f"{verb}:{id}",
        again=partial(show_need, request, who, id, sent=verb), to=f"/desk/station?need={id}",
    )  # fmt: skip


@router.post("/needs/{id}/triage")
async def triage(request: Request, who: AtDesk, id: UUID, form: Sent) -> Response:
    body = {**form.filled("category", "urgency"), "groups": form.all.get("groups", [])}
    return await _do(request, who, id, form, "triage", body, "已研判，可以找资源下单。")


@router.post("/needs/{id}/claim")
async def claim(request: Request, who: AtDesk, id: UUID, form: Sent) -> Response:
    return await _do(request, who, id, form, "claim", {}, "已由您接手。")


@router.post("/needs/{id}/contacts")
async def contact(request: Request, who: AtDesk, id: UUID, form: Sent) -> Response:
    body: dict[str, Any] = form.filled("kind", "note")
    if form.get("occurred_at"):
        body["occurred_at"] = f"{form['occurred_at']}:00+08:00"
    return await _do(request, who, id, form, "contacts", body, "已记录这次联系。")


@router.post("/needs/{id}/start")
async def start(request: Request, who: AtDesk, id: UUID, form: Sent) -> Response:
    return await _do(request, who, id, form, "start", {}, "已开始由本站服务。")


@router.post("/needs/{id}/resolve")
async def resolve(request: Request, who: AtDesk, id: UUID, form: Sent) -> Response:
    body: dict[str, Any] = dict(form.filled("outcome"))
    return await _do(request, who, id, form, "resolve", body, "已办结，稍后会请居民评价。")


@router.get("/needs/{id}/words")
async def read_words(request: Request, who: AtDesk, id: UUID) -> Response:
    """The words as spoken and the person's card, when somebody asks for them: each reading is written down."""
    words = await who.get("needs", f"/needs/{id}/words")
    card = await station.card(who, id)
    return await draw(
        request, "parts/words.html" if is_part(request) else "words.html", who, spoken=words["words"], card=card,
        need_id=str(id),
    )  # fmt: skip
