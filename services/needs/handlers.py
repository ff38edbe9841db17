"""What needs hears from matching, cases and feedback."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.service import cases, episodes, moving, orders
from shared.kit.feed.ears import listens
from shared.schemas.facts import cases as case_facts
from shared.schemas.facts import feedback, matching
from shared.schemas.vocabulary import OrderStatus


@listens(matching.OrderRequested)
async def note_order(session: AsyncSession, fact: matching.OrderRequested) -> None:
    await orders.order_requested(session, fact)


@listens(matching.OrderAccepted)
async def grant_card(session: AsyncSession, fact: matching.OrderAccepted) -> None:
    await orders.order_accepted(session, fact)


@listens(matching.OrderStarted)
async def note_contact(session: AsyncSession, fact: matching.OrderStarted) -> None:
    await orders.order_started(session, fact.order_id, fact.started_at)


@listens(matching.OrderRejected)
async def note_return(session: AsyncSession, fact: matching.OrderRejected) -> None:
    await orders.order_ended(session, fact.order_id, OrderStatus.REJECTED)


@listens(matching.OrderCompleted)
async def close_card_when_done(session: AsyncSession, fact: matching.OrderCompleted) -> None:
    await orders.order_ended(session, fact.order_id, OrderStatus.COMPLETED)


@listens(matching.OrderFailed)
async def close_card_when_failed(session: AsyncSession, fact: matching.OrderFailed) -> None:
    await orders.order_ended(session, fact.order_id, OrderStatus.FAILED)


@listens(matching.OrderCancelled)
async def close_card_when_cancelled(session: AsyncSession, fact: matching.OrderCancelled) -> None:
    await orders.order_ended(session, fact.order_id, OrderStatus.CANCELLED)


@listens(matching.MatchExhausted)
async def let_wait(session: AsyncSession, fact: matching.MatchExhausted) -> None:
    await orders.nobody_left(session, fact.need_id)


@listens(case_facts.CaseOpened)
async def note_case(session: AsyncSession, fact: case_facts.CaseOpened) -> None:
    await cases.note_case(session, fact)


@listens(case_facts.CaseJoined)
async def note_part(session: AsyncSession, fact: case_facts.CaseJoined) -> None:
    await cases.case_joined(session, fact)


@listens(case_facts.CaseClosed)
async def end_parts(session: AsyncSession, fact: case_facts.CaseClosed) -> None:
    await cases.case_closed(session, fact)


@listens(case_facts.PartEnded)
async def end_part(session: AsyncSession, fact: case_facts.PartEnded) -> None:
    await cases.part_ended(session, fact)


@listens(case_facts.CaseReopened)
async def take_up_parts(session: AsyncSession, fact: case_facts.CaseReopened) -> None:
    await cases.case_reopened(session, fact)


@listens(case_facts.ContactMade)
async def note_contact_of_case(session: AsyncSession, fact: case_facts.ContactMade) -> None:
    await cases.contact_made(session, fact)


@listens(case_facts.StationChanged)
async def route_by_station(session: AsyncSession, fact: case_facts.StationChanged) -> None:
    await moving.station_changed(session, fact)


@listens(feedback.SurveyAnswered)
async def reopen_when_unsatisfied(session: AsyncSession, fact: feedback.SurveyAnswered) -> None:
    await episodes.reopen_by_answer(session, fact)


@listens(feedback.SurveyClosed)
async def close_after_survey(session: AsyncSession, fact: feedback.SurveyClosed) -> None:
    await episodes.close_after_survey(session, fact)
