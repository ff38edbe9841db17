"""Sessions, over the counter."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query

from services.identity.models import SignIn
from services.identity.schemas.accounts import NAME, Nothing
from services.identity.schemas.sessions import SessionView, UserInfo
from services.identity.service import sessions
from shared.kit.access import Who, may
from shared.kit.edge import Room, Transaction
from shared.kit.paging import Page, PageCut
from shared.schemas.access import Action

router = Room(prefix="/v1", tags=["sessions"])


@router.get("/sessions", dependencies=[may(Action.READ_SESSIONS)], summary="Sessions")
async def read_sessions(
    session: Transaction,
    page: PageCut,
    account: Annotated[str | None, Query(pattern=NAME, description="Only this account's.")] = None,
) -> Page[SessionView]:
    """Where you are signed in, the oldest first; administrators see the sessions of their accounts."""
    return await sessions.sessions(session, page, account=account)


@router.post(
    "/sessions/{id}/end", dependencies=[may(Action.END_SESSION)], summary="End a session", response_model=SessionView
)
async def end_session(id: Annotated[UUID, Path()], _: Nothing, session: Transaction) -> SignIn:
    """Its tokens are refused everywhere within five seconds, and that browser must sign in again."""
    return await sessions.end_session(session, id)


@router.get("/userinfo", dependencies=[may(Action.READ_SELF)], summary="Who signed in")
async def read_self(who: Who) -> UserInfo:
    """Who the token is of (OpenID Connect Core, 5.3). It opens nothing that the token does not say."""
    roles = sorted({str(grant.role) for grant in who.grants})
    return UserInfo(sub=who.subject, preferred_username=who.subject, worker=who.worker, roles=roles)
