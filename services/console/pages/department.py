"""The department desk: orders by deadline, one answer each; and what there is to give."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response
from starlette.responses import RedirectResponse

from services.console.errors import Refused
from services.console.pages.acting import act
from services.console.pages.drawing import draw
from services.console.pages.room import AtDesk, Form, PageRoom, Sent, house_of, is_part
from services.console.service import department, drafts
from services.console.service.asking import Person

router = PageRoom(prefix="/desk/department")
Pile = Annotated[str, Query(max_length=20)]


@router.get("")
async def read_desk(request: Request, who: AtDesk, show: Pile = "to_answer", order: UUID | None = None) -> Response:
    """The inbox, and beside it the order that is picked."""
    waiting, counts = await department.inbox(who, show=show), await department.counts(who)
    picked = await department.order_file(who, order) if order else None
    return await draw(
        request, "parts/inbox.html" if is_part(request) else "department.html", who, waiting=waiting, show=show,
        counts=counts, picked=picked, piles=department.PILES, refused=None, done="", sent="",
        filled=await _kept(request, who, picked) if picked else {},
    )  # fmt: skip


@router.get("/orders/{id}")
async def read_order(request: Request, who: AtDesk, id: UUID, show: Pile = "to_answer") -> Response:
    """One order with what can be answered."""
    return await _order(request, who, id, show=show)


async def _kept(request: Request, who: Person, picked: department.OrderFile) -> dict[str, str]:
    """What was written into the return and not sent."""
    return await drafts.fields(house_of(request), who, f"reject:{picked.id}")


async def _order(
    request: Request, who: Person, id: UUID, *, refused: Refused | None = None, filled: Form | None = None,
    done: str = "", sent: str = "", show: str = "to_answer",
) -> Response:  # fmt: skip
    picked = await department.order_file(who, id)
    kept: dict[str, str] = filled if filled is not None else await _kept(request, who, picked)
    return await draw(
        request, "parts/order.html" if is_part(request) else "department_order.html", who,
        status=refused.status if refused else 200, picked=picked, refused=refused, filled=kept, done=done,
        sent=sent if refused else "", show=show,
    )  # fmt: skip


async def _do(
    request: Request, who: Person, id: UUID, form: Form, verb: str, body: dict[str, Any], done: str
) -> Response:
    return await act(
        request, who, form, service="matching", path=f"/orders/{id}/{verb}", body=body, done=done,
        draft=f"{verb}:{id}", again=partial(_order, request, who, id, sent=verb), to=f"/desk/department/orders/{id}",
    )  # fmt: skip


def _amount(form: Form, name: str) -> int:
    """A quantity as typed; what is no number is refused by the service with its reason."""
    return int(form[name]) if form.get(name, "").isdecimal() else -1


@router.post("/orders/{id}/accept")
async def accept(request: Request, who: AtDesk, id: UUID, form: Sent) -> Response:
    return await _do(request, who, id, form, "accept", {}, "已接单，现在可以查看服务对象信息。")


@router.post("/orders/{id}/reject")
async def reject(request: Request, who: AtDesk, id: UUID, form: Sent) -> Response:
    body: dict[str, Any] = {"reason": form.get("reason", ""), "evidence": form.get("evidence", "")}
    body |= form.filled("suggested_provider")
    return await _do(request, who, id, form, "reject", body, "已退单，系统会自动询问下一家。")


@router.post("/orders/{id}/start")
async def start(request: Request, who: AtDesk, id: UUID, form: Sent) -> Response:
    when = {"occurred_at": f"{form['occurred_at']}:00+08:00"} if form.get("occurred_at") else {}
    return await _do(request, who, id, form, "start", when, "已开始服务。")


@router.post("/orders/{id}/hold")
async def hold(request: Request, who: AtDesk, id: UUID, form: Sent) -> Response:
    return await _do(request, who, id, form, "hold", dict(form.filled("reason")), "已暂停。")


@router.post("/orders/{id}/resume")
async def resume(request: Request, who: AtDesk, id: UUID, form: Sent) -> Response:
    return await _do(request, who, id, form, "resume", {}, "已恢复服务。")


@router.post("/orders/{id}/complete")
async def complete(request: Request, who: AtDesk, id: UUID, form: Sent) -> Response:
    return await _do(request, who, id, form, "complete", {"used": _amount(form, "used")}, "已办结，未用完的已退回。")


@router.post("/orders/{id}/fail")
async def fail(request: Request, who: AtDesk, id: UUID, form: Sent) -> Response:
    body = {"reason": form.get("reason", ""), "evidence": form.get("evidence", ""), "used": _amount(form, "used")}
    return await _do(request, who, id, form, "fail", body, "已登记未能完成。")


@router.get("/orders/{id}/card")
async def read_card(request: Request, who: AtDesk, id: UUID) -> Response:
    """The person's card, when somebody asks for it: each reading is written down."""
    card, reason = await department.card_or_reason(who, id)
    return await draw(
        request, "parts/card.html" if is_part(request) else "card.html", who, card=card, reason=reason,
        order_id=str(id),
    )  # fmt: skip


@router.get("/resources")
async def read_stock(request: Request, who: AtDesk, category: Annotated[str, Query(max_length=40)] = "") -> Response:
    """What the department lists and what is left; packages by station."""
    return await _stock(request, who, category=category)


async def _stock(
    request: Request, who: Person, *, category: str = "", refused: Refused | None = None, filled: Form | None = None,
    done: str = "",
) -> Response:  # fmt: skip
    quarter = department.quarter_of(who.at)
    stock = await department.stock(who, category=category)
    packages = await department.packages(who, quarter=quarter)
    return await draw(
        request, "stock.html", who, status=refused.status if refused else 200, stock=stock, packages=packages,
        quarter=quarter, category=category, refused=refused, filled=filled or {}, done=done,
        called={row["id"]: row["name"] for row in stock},
    )  # fmt: skip


@router.post("/listings")
async def change_stock(request: Request, who: AtDesk, form: Sent) -> Response:
    """Say how much there is of a resource now, and until when the department vouches for it."""
    changed: dict[str, Any] = {"capacity": _amount(form, "capacity")} if form.get("capacity") else {}
    changed |= form.filled("assured_until")
    again = partial(_stock, request, who)
    try:
        await department.list_anew(who, form.get("resource_id", ""), **changed)
    except Refused as refused:
        return await again(refused=refused, filled=form)
    return await again(done="已更改。") if is_part(request) else RedirectResponse("/desk/department/resources", 303)


@router.post("/packages")
async def grant(request: Request, who: AtDesk, form: Sent) -> Response:
    """Hand a station so much of a resource for this quarter."""
    body: dict[str, Any] = {**form.filled("resource_id", "station_id"), "quota": _amount(form, "quota")}
    body["quarter"] = department.quarter_of(who.at)
    return await act(
        request, who, form, service="matching", path="/packages", body=body, done="资源包已发放。",
        again=partial(_stock, request, who), to="/desk/department/resources",
    )  # fmt: skip
