"""How a need goes elsewhere, begins anew or stands still, over the counter."""

from uuid import UUID

from fastapi import Response

from services.needs.models import Need, NeedPause
from services.needs.schemas.episodes import DeclineForm, Joining, PauseForm, PauseView, ProofView, Referral, Reopening
from services.needs.schemas.needs import NeedView, Nothing
from services.needs.service import episodes, leaving, pauses
from shared.kit.access import Who, may
from shared.kit.edge import Room, Transaction
from shared.kit.preconditions import tag
from shared.schemas.access import Action

router = Room(prefix="/v1/needs", tags=["needs"])


@router.post("/{id}/refer", dependencies=[may(Action.REFER_NEED)], summary="Refer out", response_model=NeedView)
async def refer_need(id: UUID, referral: Referral, session: Transaction, response: Response) -> Need:
    """Others than the stations' partners have it from now on: a hospital, the police; open orders are cancelled."""
    return _tagged(response, await leaving.refer_need(session, id, referral))


@router.post("/{id}/join", dependencies=[may(Action.JOIN_NEED)], summary="Join", response_model=NeedView)
async def join_need(id: UUID, joining: Joining, session: Transaction, response: Response) -> Need:
    """It is one with another open need, and goes on there: the same person's, or a near duplicate without a name."""
    return _tagged(response, await leaving.join_need(session, id, joining))


@router.post("/{id}/reopen", dependencies=[may(Action.REOPEN_NEED)], summary="Reopen", response_model=NeedView)
async def reopen_need(id: UUID, reopening: Reopening, session: Transaction, who: Who, response: Response) -> Need:
    """The next episode begins, with clocks of its own from now on; the third reopening takes the county."""
    return _tagged(response, await episodes.reopen_need(session, id, reopening, by=who))


@router.post(
    "/{id}/decline-reopening", dependencies=[may(Action.DECLINE_REOPENING)], summary="Decline a reopening",
    response_model=NeedView,
)  # fmt: skip
async def decline_reopening(id: UUID, form: DeclineForm, session: Transaction, who: Who, response: Response) -> Need:
    """The county's no to a third reopening: the need stays as it ended, the person is told, the reasons are sealed."""
    return _tagged(response, await episodes.decline_reopening(session, id, form, by=who))


@router.post(
    "/{id}/pauses", status_code=201, dependencies=[may(Action.PAUSE_NEED)], summary="Let the clocks stand still",
    response_model=PauseView,
)  # fmt: skip
async def pause_need(id: UUID, form: PauseForm, session: Transaction, who: Who) -> NeedPause:
    """Only for the listed reasons, with proof.

    Three recorded attempts stop no clock: they are counted beside the headline, for the second figure.
    """
    return await pauses.pause_need(session, id, form, by=who)


@router.post(
    "/{id}/pauses/{pause}/end", dependencies=[may(Action.PAUSE_NEED)], summary="Let them run on",
    response_model=PauseView,
)  # fmt: skip
async def end_pause(id: UUID, pause: UUID, _: Nothing, session: Transaction) -> NeedPause:
    """The clocks run on, due later by what they stood still: in working time where they run on that."""
    return await pauses.end_pause(session, id, pause)


@router.get("/{id}/pauses/{pause}/proof", dependencies=[may(Action.READ_NEED_WORDS)], summary="Why it stood still")
async def read_proof(id: UUID, pause: UUID, session: Transaction) -> ProofView:
    """What showed it; the reading is written into the audit trail."""
    return await pauses.read_proof(session, id, pause)


def _tagged(response: Response, need: Need) -> Need:
    tag(response, need.version)
    return need
