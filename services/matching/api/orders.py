"""Orders, over the counter."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from pydantic import AwareDatetime

from services.matching.models import Order
from services.matching.schemas.orders import (
    Arbitration,
    Cancellation,
    Completion,
    EvidenceView,
    Failure,
    Hold,
    Nothing,
    OrderFilter,
    OrderForm,
    OrderView,
    OrderWithClocks,
    Refusal,
    Start,
)
from services.matching.service import orders, requests
from shared.kit.access import Who, may
from shared.kit.edge import Room, Transaction
from shared.kit.paging import Page, PageCut
from shared.kit.preconditions import tag
from shared.schemas.access import Action
from shared.schemas.vocabulary import OrderStatus

router = Room(prefix="/v1/orders", tags=["orders"])


@router.post("", status_code=201, dependencies=[may(Action.REQUEST_ORDER)], summary="Order", response_model=OrderView)
async def request_order(form: OrderForm, session: Transaction, who: Who, response: Response) -> Order:
    """Order a resource for a need: reserved at once, and the provider's clock runs.

    The station's packages are drawn first. A need with a person takes their consent to the departments, or a
    recorded override. Nobody can order what a rule refuses; what is unknown is yours to judge.
    """
    return _tagged(response, await requests.request_order(session, form, by=who))


@router.get("", dependencies=[may(Action.READ_ORDERS)], summary="Inboxes of orders")
async def read_inbox(
    session: Transaction,
    page: PageCut,
    provider: Annotated[str | None, Query(max_length=60)] = None,
    station_id: UUID | None = None,
    division: Annotated[str | None, Query(pattern=r"^\d{4,12}$", description="Any level; covers all below.")] = None,
    status: Annotated[Sequence[OrderStatus], Query(max_length=10)] = (),
    need_id: UUID | None = None,
    due_before: Annotated[AwareDatetime | None, Query(description="Only what is due before this.")] = None,
    awaits_county: Annotated[bool | None, Query(description="Only what waits for the county, or does not.")] = None,
) -> Page[OrderView]:
    """Your orders, the soonest due first: a provider's own, a station's, a division's."""
    wanted = OrderFilter(
        provider=provider, station_id=station_id, division=division, status=tuple(status), need_id=need_id,
        due_before=due_before, awaits_county=awaits_county,
    )  # fmt: skip
    return await orders.inbox(session, page, wanted)


@router.get("/{id}", dependencies=[may(Action.READ_ORDERS)], summary="An order with its clock")
async def read_order(id: UUID, session: Transaction, response: Response) -> OrderWithClocks:
    """Where it stands, and when its answer is due."""
    order = await orders.order_with_clocks(session, id)
    tag(response, order.version)
    return order


@router.get("/{id}/evidence", dependencies=[may(Action.READ_ORDERS)], summary="Evidence and reasons")
async def read_evidence(id: UUID, session: Transaction) -> EvidenceView:
    """What a provider brought with a return, and why the county decided; the reading is written down."""
    return await orders.read_evidence(session, id)


@router.post(
    "/{id}/request", dependencies=[may(Action.REQUEST_ORDER)], summary="Send a draft", response_model=OrderView
)
async def send_draft(id: UUID, _: Nothing, session: Transaction, response: Response) -> Order:
    """A draft goes out: consent is checked, what is ordered is reserved, the provider's clock runs."""
    return _tagged(response, await orders.send_draft(session, id))


@router.post("/{id}/accept", dependencies=[may(Action.ANSWER_ORDER)], summary="Accept", response_model=OrderView)
async def accept_order(id: UUID, _: Nothing, session: Transaction, response: Response) -> Order:
    """Take the order. From now until it ends the card that its category allows can be read; too late is 409."""
    return _tagged(response, await orders.accept_order(session, id))


@router.post("/{id}/reject", dependencies=[may(Action.ANSWER_ORDER)], summary="Return", response_model=OrderView)
async def reject_order(id: UUID, form: Refusal, session: Transaction, response: Response) -> Order:
    """Return it with a coded reason and evidence, and say whom it should go to.

    The next candidate is asked by itself; a second disputed return of the same need waits for the county, and what
    that decides cannot be returned.
    """
    return _tagged(response, await orders.reject_order(session, id, form))


@router.post("/{id}/start", dependencies=[may(Action.WORK_ORDER)], summary="Begin", response_model=OrderView)
async def start_order(id: UUID, form: Start, session: Transaction, response: Response) -> Order:
    """Service begins; this counts as contact with the person."""
    return _tagged(response, await orders.start_order(session, id, form))


@router.post("/{id}/hold", dependencies=[may(Action.WORK_ORDER)], summary="Stand still", response_model=OrderView)
async def hold_order(id: UUID, form: Hold, session: Transaction, response: Response) -> Order:
    """Service stands still for a listed reason; what was reserved stays reserved."""
    return _tagged(response, await orders.hold_order(session, id, form))


@router.post("/{id}/resume", dependencies=[may(Action.WORK_ORDER)], summary="Go on", response_model=OrderView)
async def resume_order(id: UUID, _: Nothing, session: Transaction, response: Response) -> Order:
    """Service goes on."""
    return _tagged(response, await orders.resume_order(session, id))


@router.post("/{id}/complete", dependencies=[may(Action.WORK_ORDER)], summary="Complete", response_model=OrderView)
async def complete_order(id: UUID, form: Completion, session: Transaction, response: Response) -> Order:
    """Service ended: say how much was used, the rest goes back (six of ten meals). A lead waits for its parts."""
    return _tagged(response, await orders.complete_order(session, id, form))


@router.post("/{id}/fail", dependencies=[may(Action.WORK_ORDER)], summary="Could not be done", response_model=OrderView)
async def fail_order(id: UUID, form: Failure, session: Transaction, response: Response) -> Order:
    """What was taken could not be done; unsuitable on the visit is `returned`, and counts as a return."""
    return _tagged(response, await orders.fail_order(session, id, form))


@router.post("/{id}/cancel", dependencies=[may(Action.CANCEL_ORDER)], summary="Take it back", response_model=OrderView)
async def cancel_order(id: UUID, form: Cancellation, session: Transaction, response: Response) -> Order:
    """The station takes the order back; what it held is free again."""
    return _tagged(response, await orders.cancel_order(session, id, form))


@router.post("/{id}/arbitrate", dependencies=[may(Action.ARBITRATE_ORDER)], summary="Decide", response_model=OrderView)
async def arbitrate(id: UUID, form: Arbitration, session: Transaction, who: Who, response: Response) -> Order:
    """The county decides on a second return.

    `assign` names the resource that must take it, and answers with its order, which cannot be returned; `uphold` lets
    the next candidate be asked; `wait` says that nobody can be found.
    """
    return _tagged(response, await orders.arbitrate(session, id, form, by=who))


def _tagged(response: Response, order: Order) -> Order:
    tag(response, order.version)
    return order
