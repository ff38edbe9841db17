"""Who could help, compared with the reasons; and the order that follows."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response

from services.console.errors import Refused
from services.console.pages.acting import act
from services.console.pages.drawing import draw
from services.console.pages.room import AtDesk, Form, PageRoom, Sent, is_part
from services.console.pages.station import show_need
from services.console.service import ordering
from services.console.service.asking import Person

router = PageRoom(prefix="/desk/station")
Quantity = Annotated[int, Query(ge=1, le=100_000)]


@router.get("/needs/{id}/candidates")
async def read_candidates(request: Request, who: AtDesk, id: UUID, quantity: Quantity = 1) -> Response:
    """The best side by side, each with its score in words; and who not, with the rule that says so."""
    return await _candidates(request, who, id, quantity=quantity)


async def _candidates(
    request: Request, who: Person, id: UUID, *, quantity: int = 1, refused: Refused | None = None,
    filled: Form | None = None, done: str = "",
) -> Response:  # fmt: skip
    if done:
        return await show_need(request, who, id, done=done)
    found = await ordering.compared(who, id, quantity=quantity)
    return await draw(
        request, "parts/candidates.html" if is_part(request) else "candidates.html", who,
        status=refused.status if refused else 200, found=found, need_id=str(id), quantity=quantity, refused=refused,
        filled=filled or {},
    )  # fmt: skip


@router.post("/needs/{id}/orders")
async def order(request: Request, who: AtDesk, id: UUID, form: Sent) -> Response:
    """Order a candidate; the provider's clock runs from now."""
    quantity = int(form.get("quantity") or 1) if form.get("quantity", "1").isdecimal() else 0
    body: dict[str, Any] = {"need_id": str(id), "resource_id": form.get("resource_id", ""), "quantity": quantity}
    return await act(
        request, who, form, service="matching", path="/orders", body=body, done="已下单，正等待部门接单。",
        again=partial(_candidates, request, who, id, quantity=max(quantity, 1)), to=f"/desk/station?need={id}",
    )  # fmt: skip


@router.post("/needs/{id}/orders/{order_id}/cancel")
async def cancel(request: Request, who: AtDesk, id: UUID, order_id: UUID, form: Sent) -> Response:
    """Take an order back that nobody has begun."""
    return await act(
        request, who, form, service="matching", path=f"/orders/{order_id}/cancel", body=dict(form.filled("reason")),
        done="已撤回工单。", again=partial(show_need, request, who, id), to=f"/desk/station?need={id}",
    )  # fmt: skip


@router.post("/needs/{id}/consent")
async def consent(request: Request, who: AtDesk, id: UUID, form: Sent) -> Response:
    """The person's word that departments may see their file."""
    need = await who.get("needs", f"/needs/{id}")
    body = {"given": form.get("given") == "yes", **form.filled("evidence")}
    return await act(
        request, who, form, service="needs", path=f"/residents/{need['resident_id']}/consents", body=body,
        done="已记录同意情况。", again=partial(show_need, request, who, id, sent="consent"),
        to=f"/desk/station?need={id}", draft=f"consent:{id}",
    )  # fmt: skip
