"""Cases, over the counter."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.cases.models import Approval, Case, Transfer
from services.cases.rules.stages import CaseAct
from services.cases.schemas.casework import (
    AnswerForm,
    ApprovalForm,
    ApprovalView,
    AssignForm,
    CaseFile,
    CaseFilter,
    CaseForm,
    CaseLine,
    CaseView,
    CloseForm,
    ConsentForm,
    DecisionForm,
    JoinForm,
    Nothing,
    Timeline,
    TransferForm,
    TransferView,
    UnownedView,
)
from services.cases.schemas.plans import ReopenForm
from services.cases.service import approvals, casework, reading, transfers
from shared.kit.access import Who, may
from shared.kit.edge import Room, Transaction
from shared.kit.paging import Page, PageCut
from shared.kit.preconditions import tag
from shared.schemas.access import Action
from shared.schemas.vocabulary import CaseStage, CaseStatus

router = Room(prefix="/v1/cases", tags=["cases"])


@router.post("", status_code=201, dependencies=[may(Action.WORK_CASE)], summary="Open a case", response_model=CaseView)
async def open_case(form: CaseForm, session: Transaction, who: Who, response: Response) -> Case:
    """Open a case for a triaged need of a person on file.

    One is open for a person at a station; later needs join it. Policy rows open cases by themselves.
    """
    return _tagged(response, await casework.open_by_hand(session, form, by=who))


@router.get("", dependencies=[may(Action.READ_CASES)], summary="Queues of cases")
async def read_queue(
    session: Transaction,
    page: PageCut,
    division: Annotated[str | None, Query(pattern=r"^\d{4,12}$", description="Any level; covers all below.")] = None,
    station_id: UUID | None = None,
    worker_id: UUID | None = None,
    resident_id: UUID | None = None,
    handover_id: UUID | None = None,
    status: Annotated[Sequence[CaseStatus], Query(max_length=3)] = (),
    stage: CaseStage | None = None,
    is_unowned: Annotated[bool | None, Query(description="Only what nobody has, or what somebody has.")] = None,
    *,
    awaits_county: Annotated[
        bool, Query(description="Only where a head's own case waits for the county's word.")
    ] = False,
) -> Page[CaseLine]:
    """Your cases, in the order in which they were opened."""
    wanted = CaseFilter(
        division=division, station_id=station_id, worker_id=worker_id, resident_id=resident_id,
        handover_id=handover_id, status=tuple(status), stage=stage, is_unowned=is_unowned,
        awaits_county=awaits_county,
    )  # fmt: skip
    return await reading.queue(session, page, wanted)


@router.get("/unowned", dependencies=[may(Action.READ_UNOWNED_CASES)], summary="What nobody has")
async def read_unowned(session: Transaction, page: PageCut) -> Page[UnownedView]:
    """Open cases without anybody, the longest first: for those who are told of them each working day."""
    return await reading.unowned(session, page)


@router.get("/{id}", dependencies=[may(Action.READ_CASES)], summary="A case")
async def read_case(id: UUID, session: Transaction, response: Response) -> CaseFile:
    """Where it stands and what it holds, in codes; the words are read separately, and audited."""
    case = await reading.case_file(session, id)
    tag(response, case.version)
    return case


@router.get("/{id}/timeline", dependencies=[may(Action.READ_CASES)], summary="What happened")
async def read_timeline(id: UUID, session: Transaction) -> Timeline:
    """The case's own history and what happened to its needs and their orders, oldest first."""
    return await reading.timeline(session, id)


@router.post("/{id}/needs", dependencies=[may(Action.WORK_CASE)], summary="Join a need", response_model=CaseView)
async def join_need(id: UUID, form: JoinForm, session: Transaction, response: Response) -> Case:
    """A later need of the same person goes on in this case."""
    return _tagged(response, await casework.join_need(session, id, form.need_id))


@router.post("/{id}/consent", dependencies=[may(Action.WORK_CASE)], summary="Consent", response_model=CaseView)
async def record_consent(id: UUID, form: ConsentForm, session: Transaction, response: Response) -> Case:
    """The person says yes or no to the case; after a no only closure can be asked for."""
    return _tagged(response, await casework.record_consent(session, id, form))


@router.post("/{id}/assign", dependencies=[may(Action.MANAGE_CASES)], summary="Assign", response_model=CaseView)
async def assign(id: UUID, form: AssignForm, session: Transaction, response: Response) -> Case:
    """The head gives the case to a worker of the station who passed pre-service."""
    return _tagged(response, await casework.assign(session, id, form))


@router.post(
    "/{id}/approvals", status_code=201, dependencies=[may(Action.WORK_CASE)], summary="Ask the head",
    response_model=ApprovalView,
)  # fmt: skip
async def ask(id: UUID, form: ApprovalForm, session: Transaction, who: Who) -> Approval:
    """Ask the station head for intake, plan or closure; one thing at a time."""
    return await approvals.ask(session, id, form, by=who)


@router.post(
    "/{id}/approvals/{approval_id}/decide", dependencies=[may(Action.APPROVE_CASE)], summary="Decide",
    response_model=ApprovalView,
)  # fmt: skip
async def decide(id: UUID, approval_id: UUID, form: DecisionForm, session: Transaction, who: Who) -> Approval:
    """A yes puts the case into its next stage. Nobody approves what they asked for, nor a case of their own."""
    return await approvals.decide(session, id, approval_id, form, by=who)


@router.post(
    "/{id}/transfer", status_code=201, dependencies=[may(Action.MANAGE_CASES)], summary="Offer to another station",
    response_model=TransferView,
)  # fmt: skip
async def offer(id: UUID, form: TransferForm, session: Transaction, who: Who) -> Transfer:
    """The other station sees the case, without its words, until it answers."""
    return await transfers.offer(session, id, form, by=who)


@router.post(
    "/{id}/transfer/take-back", dependencies=[may(Action.MANAGE_CASES)], summary="Take an offer back",
    response_model=TransferView,
)  # fmt: skip
async def take_back(id: UUID, _: Nothing, session: Transaction, who: Who) -> Transfer:
    """The other station has not answered and is no longer asked; the case can be offered anew."""
    return await transfers.take_back(session, id, by=who)


@router.post(
    "/{id}/transfer/answer", dependencies=[may(Action.MANAGE_CASES)], summary="Answer an offer",
    response_model=TransferView,
)  # fmt: skip
async def answer(id: UUID, form: AnswerForm, session: Transaction, who: Who) -> Transfer:
    """Take the case, with somebody who has it from now, or leave it where it is."""
    return await transfers.answer(session, id, form, by=who)


@router.post("/{id}/suspend", dependencies=[may(Action.WORK_CASE)], summary="Suspend", response_model=CaseView)
async def suspend(id: UUID, _: Nothing, session: Transaction, response: Response) -> Case:
    """The case rests: nothing is written into it but notes."""
    return _tagged(response, await casework.do(session, id, CaseAct.SUSPEND))


@router.post("/{id}/resume", dependencies=[may(Action.WORK_CASE)], summary="Resume", response_model=CaseView)
async def resume(id: UUID, _: Nothing, session: Transaction, response: Response) -> Case:
    """The case goes on where it stood."""
    return _tagged(response, await casework.do(session, id, CaseAct.RESUME))


@router.post("/{id}/close", dependencies=[may(Action.WORK_CASE)], summary="Close", response_model=CaseView)
async def close(id: UUID, form: CloseForm, session: Transaction, who: Who, response: Response) -> Case:
    """After the head approved closure: what became of it, with the scores at the end and the days to look back."""
    return _tagged(response, await casework.close(session, id, form, by=who))


@router.post("/{id}/reopen", dependencies=[may(Action.MANAGE_CASES)], summary="Reopen", response_model=CaseView)
async def reopen(id: UUID, form: ReopenForm, session: Transaction, response: Response) -> Case:
    """A closed case goes on, at assessment; where a follow-up showed that it must, name it."""
    return _tagged(response, await casework.reopen(session, id, form))


def _tagged(response: Response, case: Case) -> Case:
    tag(response, case.version)
    return case
