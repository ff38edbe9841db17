"""What insights hears: everybody's facts."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.service import asking, doing, giving, hearing, judging
from shared.kit.clock import now
from shared.kit.feed.ears import HeardFact, listens, prepares
from shared.schemas.facts import cases, feedback, matching, needs


@prepares
async def take_in_hand(session: AsyncSession, batch: Sequence[HeardFact]) -> None:
    await hearing.take_in_hand(session, batch)


@listens(needs.NeedRegistered)
async def hear_need_registered(session: AsyncSession, fact: needs.NeedRegistered) -> None:
    await asking.begin_need(session, fact)


@listens(needs.NeedReopened)
async def hear_need_reopened(session: AsyncSession, fact: needs.NeedReopened) -> None:
    await asking.begin_next_episode(session, fact)


@listens(needs.NeedChanged)
async def hear_need_changed(session: AsyncSession, fact: needs.NeedChanged) -> None:
    await asking.note_changed(session, fact)


@listens(needs.NeedTriaged)
async def hear_need_triaged(session: AsyncSession, fact: needs.NeedTriaged) -> None:
    await asking.note_triaged(session, fact)


@listens(needs.NeedContacted)
async def hear_need_contacted(session: AsyncSession, fact: needs.NeedContacted) -> None:
    await asking.note_contact(session, fact)


@listens(needs.NeedStarted)
async def hear_need_started(session: AsyncSession, fact: needs.NeedStarted) -> None:
    await asking.note_started(session, fact)


@listens(needs.NeedWaiting)
async def hear_need_waiting(session: AsyncSession, fact: needs.NeedWaiting) -> None:
    await asking.note_waiting(session, fact, at=now(session))


@listens(needs.NeedResolved)
async def hear_need_resolved(session: AsyncSession, fact: needs.NeedResolved) -> None:
    await asking.note_resolved(session, fact)


@listens(needs.NeedWithdrawn)
async def hear_need_withdrawn(session: AsyncSession, fact: needs.NeedWithdrawn) -> None:
    await asking.note_withdrawn(session, fact)


@listens(needs.NeedReferredOut)
async def hear_need_referred_out(session: AsyncSession, fact: needs.NeedReferredOut) -> None:
    await asking.note_referred(session, fact)


@listens(needs.NeedJoined)
async def hear_need_joined(session: AsyncSession, fact: needs.NeedJoined) -> None:
    await asking.note_joined(session, fact)


@listens(needs.NeedClosed)
async def hear_need_closed(session: AsyncSession, fact: needs.NeedClosed) -> None:
    await asking.note_closed(session, fact)


@listens(needs.ClockBreached)
async def hear_clock_breached(session: AsyncSession, fact: needs.ClockBreached) -> None:
    await asking.note_breach(session, fact)


@listens(needs.NeedPaused)
async def hear_need_paused(session: AsyncSession, fact: needs.NeedPaused) -> None:
    await asking.note_paused(session, fact)


@listens(needs.NeedResumed)
async def hear_need_resumed(session: AsyncSession, fact: needs.NeedResumed) -> None:
    await asking.note_resumed(session, fact)


@listens(needs.ReopeningDeclined)
async def hear_reopening_declined(session: AsyncSession, fact: needs.ReopeningDeclined) -> None:
    await asking.note_declined(session, fact)


@listens(needs.ResidentsMerged)
async def hear_residents_merged(session: AsyncSession, fact: needs.ResidentsMerged) -> None:
    await asking.note_merged(session, fact)


@listens(needs.ResidentsSplit)
async def hear_residents_split(session: AsyncSession, fact: needs.ResidentsSplit) -> None:
    await asking.note_split(session, fact)


@listens(needs.ResidentChanged)
async def hear_resident_changed(session: AsyncSession, fact: needs.ResidentChanged) -> None:
    await asking.keep_person(session, fact)


@listens(needs.ReferenceChanged)
async def hear_reference_changed(session: AsyncSession, fact: needs.ReferenceChanged) -> None:
    await asking.copy_reference(session, fact)


@listens(matching.ResourcePublished)
async def hear_resource_published(session: AsyncSession, fact: matching.ResourcePublished) -> None:
    await giving.keep_resource(session, fact)


@listens(matching.ResourceChanged)
async def hear_resource_changed(session: AsyncSession, fact: matching.ResourceChanged) -> None:
    await giving.keep_resource(session, fact)


@listens(matching.PackageGranted)
async def hear_package_granted(session: AsyncSession, fact: matching.PackageGranted) -> None:
    await giving.keep_package(session, fact)


@listens(matching.OrderRequested)
async def hear_order_requested(session: AsyncSession, fact: matching.OrderRequested) -> None:
    await giving.note_requested(session, fact)


@listens(matching.OrderAccepted)
async def hear_order_accepted(session: AsyncSession, fact: matching.OrderAccepted) -> None:
    await giving.note_accepted(session, fact)


@listens(matching.OrderStarted)
async def hear_order_started(session: AsyncSession, fact: matching.OrderStarted) -> None:
    await giving.note_started(session, fact)


@listens(matching.OrderHeld)
async def hear_order_held(session: AsyncSession, fact: matching.OrderHeld) -> None:
    await giving.note_held(session, fact)


@listens(matching.OrderResumed)
async def hear_order_resumed(session: AsyncSession, fact: matching.OrderResumed) -> None:
    await giving.note_resumed(session, fact)


@listens(matching.OrderCompleted)
async def hear_order_completed(session: AsyncSession, fact: matching.OrderCompleted) -> None:
    await giving.note_completed(session, fact)


@listens(matching.OrderRejected)
async def hear_order_rejected(session: AsyncSession, fact: matching.OrderRejected) -> None:
    await giving.note_ended(session, fact, at=now(session))


@listens(matching.OrderFailed)
async def hear_order_failed(session: AsyncSession, fact: matching.OrderFailed) -> None:
    await giving.note_ended(session, fact, at=now(session))


@listens(matching.OrderCancelled)
async def hear_order_cancelled(session: AsyncSession, fact: matching.OrderCancelled) -> None:
    await giving.note_ended(session, fact, at=now(session))


@listens(feedback.SurveyInvited)
async def hear_survey_invited(session: AsyncSession, fact: feedback.SurveyInvited) -> None:
    await judging.note_invited(session, fact)


@listens(feedback.SurveyAnswered)
async def hear_survey_answered(session: AsyncSession, fact: feedback.SurveyAnswered) -> None:
    await judging.note_answered(session, fact)


@listens(feedback.SurveyVoided)
async def hear_survey_voided(session: AsyncSession, fact: feedback.SurveyVoided) -> None:
    await judging.note_voided(session, fact)


@listens(feedback.ComplaintLodged)
async def hear_complaint_lodged(session: AsyncSession, fact: feedback.ComplaintLodged) -> None:
    await judging.note_lodged(session, fact)


@listens(feedback.ComplaintOverdue)
async def hear_complaint_overdue(session: AsyncSession, fact: feedback.ComplaintOverdue) -> None:
    await judging.note_overdue(session, fact)


@listens(feedback.ComplaintSettled)
async def hear_complaint_settled(session: AsyncSession, fact: feedback.ComplaintSettled) -> None:
    await judging.note_settled(session, fact)


@listens(feedback.SuggestionMade)
async def hear_suggestion_made(session: AsyncSession, fact: feedback.SuggestionMade) -> None:
    await judging.note_suggested(session, fact)


@listens(feedback.SuggestionAdopted)
async def hear_suggestion_adopted(session: AsyncSession, fact: feedback.SuggestionAdopted) -> None:
    await judging.note_adopted(session, fact)


@listens(cases.StationChanged)
async def hear_station_changed(session: AsyncSession, fact: cases.StationChanged) -> None:
    await doing.keep_station(session, fact)


@listens(cases.WorkerJoined)
async def hear_worker_joined(session: AsyncSession, fact: cases.WorkerJoined) -> None:
    await doing.note_joined(session, fact)


@listens(cases.WorkerChanged)
async def hear_worker_changed(session: AsyncSession, fact: cases.WorkerChanged) -> None:
    await doing.note_changed(session, fact)


@listens(cases.WorkerLeft)
async def hear_worker_left(session: AsyncSession, fact: cases.WorkerLeft) -> None:
    await doing.note_left(session, fact)


@listens(cases.CaseOpened)
async def hear_case_opened(session: AsyncSession, fact: cases.CaseOpened) -> None:
    await doing.open_case(session, fact)


@listens(cases.CaseJoined)
async def hear_case_joined(session: AsyncSession, fact: cases.CaseJoined) -> None:
    await doing.join_case(session, fact)


@listens(cases.PartEnded)
async def hear_part_ended(session: AsyncSession, fact: cases.PartEnded) -> None:
    await doing.end_part(session, fact)


@listens(cases.CaseClosed)
async def hear_case_closed(session: AsyncSession, fact: cases.CaseClosed) -> None:
    await doing.close_case(session, fact)


@listens(cases.CaseReopened)
async def hear_case_reopened(session: AsyncSession, fact: cases.CaseReopened) -> None:
    await doing.reopen_case(session, fact)


@listens(cases.ServiceRecorded)
async def hear_service_recorded(session: AsyncSession, fact: cases.ServiceRecorded) -> None:
    await doing.note_service(session, fact)
