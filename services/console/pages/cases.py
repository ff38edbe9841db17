"""My cases, and a case's file: what a worker reads and does from intake to the days after the end."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response
from starlette.responses import RedirectResponse

from services.console.errors import Refused
from services.console.pages.acting import act
from services.console.pages.drawing import draw
from services.console.pages.room import AtDesk, Form, PageRoom, Sent, house_of, is_part
from services.console.pages.station import show_need
from services.console.rules import casework
from services.console.rules.case_forms import ANSWER, FORMS, PART_FORMS, TAKE_BACK
from services.console.rules.case_forms import Form as CaseForm
from services.console.service import cases, drafts
from services.console.service.asking import Person
from shared.kit.errors import NotFound

router = PageRoom(prefix="/desk/station")
Pile = Annotated[str, Query(max_length=20)]


@router.get("/cases")
async def read_cases(request: Request, who: AtDesk, show: Pile = "") -> Response:
    """The cases that are mine, the station's or nobody's; what is due; packets of those who left."""
    return await _cases(request, who, show=show)


async def _cases(
    request: Request, who: Person, *, show: str = "", refused: Refused | None = None, filled: Form | None = None,
    done: str = "",
) -> Response:  # fmt: skip
    if show not in cases.PILES:
        show = "mine" if who.may("work_case") else "station"
    return await draw(
        request, "cases.html", who, status=refused.status if refused else 200, show=show, piles=cases.PILES,
        work=await cases.work(who, show=show), refused=refused, done=done,
    )  # fmt: skip


@router.get("/cases/{id}")
async def read_case(request: Request, who: AtDesk, id: UUID) -> Response:
    """One case's file."""
    return await show_case(request, who, id)


async def show_case(
    request: Request, who: Person, id: UUID, *, sent: str = "", refused: Refused | None = None,
    filled: Form | None = None, done: str = "",
) -> Response:  # fmt: skip
    """The file as it is now; `sent` names the form that was refused, and what was written into it stays there."""
    written: dict[str, Mapping[str, str]] = dict(await drafts.fields_below(house_of(request), who, f"case:{id}:"))
    if refused is not None and filled is not None:
        written[sent] = filled
    file = await cases.case_file(who, id)
    return await draw(
        request, "parts/case.html" if is_part(request) else "case.html", who, status=refused.status if refused else 200,
        file=file, rules=casework, sent=sent, refused=refused, written=written, done=done,
    )  # fmt: skip


@router.get("/cases/{id}/words")
async def read_words(request: Request, who: AtDesk, id: UUID) -> Response:
    """Notes, goals, tasks and what was said of the rest, when somebody asks for them: the reading is written down."""
    return await draw(
        request, "parts/case_words.html" if is_part(request) else "case_words.html", who, id=str(id),
        found=await cases.words(who, id), kinds=casework.WORDS_ZH,
    )  # fmt: skip


async def _do(
    request: Request, who: Person, id: UUID, form: Form, *, place: str, sent: str, how: CaseForm | None
) -> Response:
    if how is None:
        raise NotFound
    return await act(
        request, who, form, service="cases", path=f"/cases/{id}/{place}", body=how.body(form), done=how.done,
        draft=f"case:{id}:{sent}", again=partial(show_case, request, who, id, sent=sent),
        to=f"/desk/station/cases/{id}",
    )  # fmt: skip


@router.post("/cases/{id}/transfer/take-back")
async def take_back(request: Request, who: AtDesk, id: UUID, form: Sent) -> Response:
    """Offer it no longer."""
    return await _do(request, who, id, form, place="transfer/take-back", sent="take-back", how=TAKE_BACK)


@router.post("/cases/{id}/transfer/answer")
async def answer(request: Request, who: AtDesk, id: UUID, form: Sent) -> Response:
    """Take what another station offers, or leave it there; until then only the list shows it."""
    return await act(
        request, who, form, service="cases", path=f"/cases/{id}/transfer/answer", body=ANSWER.body(form),
        done=ANSWER.done, again=partial(_cases, request, who), to="/desk/station/cases?show=station",
    )  # fmt: skip


@router.post("/cases/{id}/{kind}/{part}/{verb}")
async def do_with_part(
    request: Request, who: AtDesk, id: UUID, kind: str, part: UUID, verb: str, form: Sent
) -> Response:
    """An act on something in the case: decide what was asked, finish a task, record a follow-up."""
    how = PART_FORMS.get((kind, verb))
    return await _do(request, who, id, form, place=f"{kind}/{part}/{verb}", sent=f"{verb}:{part}", how=how)


@router.post("/cases/{id}/{what}")
async def do(request: Request, who: AtDesk, id: UUID, what: str, form: Sent) -> Response:
    """An act on the case itself."""
    return await _do(request, who, id, form, place=what, sent=what, how=FORMS.get(what))


@router.post("/needs/{id}/case")
async def open_case(request: Request, who: AtDesk, id: UUID, form: Sent) -> Response:
    """Open a case for a need for which policy opened none; whoever opens it can give it to themselves."""
    body: dict[str, Any] = {"need_id": str(id), **form.filled("worker_id")}
    try:
        made = await who.post("cases", "/cases", body, key=form.key)
    except Refused as refused:
        return await show_need(request, who, id, refused=refused, filled=form)
    where = f"/desk/station/cases/{made['id']}"
    if is_part(request):
        return Response(status_code=204, headers={"HX-Redirect": where})
    return RedirectResponse(where, 303)
