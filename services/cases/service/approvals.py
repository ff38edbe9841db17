"""What the station head says yes or no to: intake, plan, closure. Nobody approves their own."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.errors import AlreadyDecided, ApprovalWaits, ConsentMissing, OwnAct, PlanIncomplete
from services.cases.models import Approval, Case
from services.cases.repository import casework as repository
from services.cases.repository import waiting
from services.cases.schemas.casework import ApprovalForm, AskedAct, DecisionForm
from services.cases.service import holders
from services.cases.service.holding import held
from shared.kit.access import Caller
from shared.kit.clock import now
from shared.kit.errors import NotFound
from shared.kit.feed.log import announce
from shared.kit.ids import new_id
from shared.schemas.access import Role


async def ask(session: AsyncSession, id: UUID, form: ApprovalForm, *, by: Caller) -> Approval:
    """Ask the head; what is asked must be ready."""
    case = await held(session, id)
    case.check(form.act.act)
    await _check_ready(session, case, form.act)
    if await repository.waiting_approval(session, id) is not None:
        raise ApprovalWaits
    held_by = await holders.of_stage(session, case)
    # Whoever asks: a head who has, or had, the case does not decide on it.
    is_heads_own = by.has(Role.STATION_HEAD) or await waiting.head_among(session, case.station_id, held_by)
    approval = Approval(
        id=new_id(), case_id=id, act=form.act, asked_by=by.subject, asked_at=now(session), held_by=held_by,
        is_for_county=is_heads_own,
    )  # fmt: skip
    session.add(approval)
    case.version += 1
    return approval


async def _check_ready(session: AsyncSession, case: Case, act: AskedAct) -> None:
    if act is not AskedAct.CLOSURE and case.consents is not True:
        raise ConsentMissing
    if act is AskedAct.PLAN and not await repository.count_goals(session, case.id):
        raise PlanIncomplete


async def decide(session: AsyncSession, id: UUID, approval_id: UUID, form: DecisionForm, *, by: Caller) -> Approval:
    """The head decides; a yes puts the case into its next stage."""
    case = await held(session, id)
    approval = await repository.part(session, Approval, approval_id, id, lock=True)
    if approval is None:
        raise NotFound
    if approval.decided_at is not None:
        raise AlreadyDecided
    # Giving the case away for as long as it takes to approve it changes nothing.
    if by.subject in {approval.asked_by, *(approval.held_by or ()), *await holders.of_stage(session, case)}:
        raise OwnAct
    if form.approved:
        # What was ready when it was asked may not be any more: consent can be taken back.
        await _check_ready(session, case, AskedAct(approval.act))
        announce(session, *case.move(AskedAct(approval.act).act, at=now(session)))
    approval.decided_by, approval.decided_at, approval.is_approved = by.subject, now(session), form.approved
    approval.reason = form.reason or None
    case.version += 1
    return approval
