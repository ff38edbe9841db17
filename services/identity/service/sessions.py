"""Sessions, seen and ended by those whose they are and by their administrators."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.models import SignIn
from services.identity.repository import sessions as repository
from services.identity.schemas.sessions import SessionView
from services.identity.service import signing_in
from shared.kit.clock import wall_clock
from shared.kit.errors import NotFound
from shared.kit.paging import Cut, Page, paged


async def sessions(session: AsyncSession, page: Cut, *, account: str | None) -> Page[SessionView]:
    """Sessions that go on and that the caller may see, the oldest first."""
    rows = await repository.open_sign_ins(session, page, at=wall_clock(), account=account)
    return paged(rows, page, key=lambda row: (row.started_at, row.id), view=SessionView.model_validate)


async def end_session(session: AsyncSession, id: UUID) -> SignIn:
    """End one; its tokens are refused everywhere within seconds. Ended once more it stays ended."""
    found = await repository.sign_in(session, id, lock=True)
    if found is None or found.completed_at is None:
        raise NotFound
    await signing_in.end(session, found)
    return found
