"""Wished orders and follow-ups, over the counter."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.cases.models import FollowUp
from services.cases.schemas.casework import Nothing
from services.cases.schemas.plans import (
    FollowUpForm,
    FollowUpRecord,
    FollowUpState,
    FollowUpView,
    WishForm,
    WishView,
)
from services.cases.service import follow_ups, wishes
from shared.kit.access import Who, may
from shared.kit.edge import Room, Transaction
from shared.kit.paging import Page, PageCut
from shared.schemas.access import Action

router = Room(prefix="/v1", tags=["plans"])
work = may(Action.WORK_CASE)


@router.post("/cases/{id}/order-wishes", status_code=201, dependencies=[work], summary="Wish for an order")
async def wish(id: UUID, form: WishForm, session: Transaction, who: Who) -> WishView:
    """The plan asks for an order: what, how much, for which need.

    Whoever orders it reads `candidates` and orders one at `/matching/v1/orders`; the order then stands on the wish.
    """
    return await wishes.wish(session, id, form, by=who)


@router.post("/cases/{id}/order-wishes/{wish_id}/withdraw", dependencies=[work], summary="Withdraw a wish")
async def withdraw(id: UUID, wish_id: UUID, _: Nothing, session: Transaction) -> WishView:
    """The plan no longer asks for it; an order under way is cancelled where orders are, before this."""
    return await wishes.withdraw(session, id, wish_id)


@router.get("/order-wishes", dependencies=[may(Action.READ_CASES)], summary="Wished orders")
async def read_wishes(
    session: Transaction,
    page: PageCut,
    case_id: UUID | None = None,
    need_id: UUID | None = None,
    *,
    open_only: Annotated[bool, Query(description="Only what nothing has come of yet.")] = False,
) -> Page[WishView]:
    """What the plans of your cases ask for, each with the link to its candidates and the orders that came of it."""
    return await wishes.wishes(session, page, case_id=case_id, need_id=need_id, open_only=open_only)


@router.post(
    "/cases/{id}/follow-ups", status_code=201, dependencies=[work], summary="Plan a follow-up",
    response_model=FollowUpView,
)  # fmt: skip
async def plan(id: UUID, form: FollowUpForm, session: Transaction, who: Who) -> FollowUp:
    """A day to look back on a case that has ended; closing can plan them too."""
    return await follow_ups.plan(session, id, form, by=who)


@router.post(
    "/cases/{id}/follow-ups/{follow_up_id}/record", dependencies=[work], summary="Record a follow-up",
    response_model=FollowUpView,
)  # fmt: skip
async def record(id: UUID, follow_up_id: UUID, form: FollowUpRecord, session: Transaction, who: Who) -> FollowUp:
    """Reached or not, how, and how the person stands; the head may reopen the case by it."""
    return await follow_ups.record(session, id, follow_up_id, form, by=who)


@router.get("/follow-ups", dependencies=[may(Action.READ_CASES)], summary="Follow-ups")
async def read_follow_ups(
    session: Transaction,
    page: PageCut,
    who: Who,
    *,
    mine: Annotated[bool, Query(description="Only the caller's own, as a worker.")] = False,
    state: FollowUpState | None = None,
    case_id: UUID | None = None,
) -> Page[FollowUpView]:
    """Follow-ups of your cases: mine, overdue, upcoming, done."""
    return await follow_ups.follow_ups(session, page, by=who, mine=mine, state=state, case_id=case_id)
