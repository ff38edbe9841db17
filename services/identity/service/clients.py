"""Clients: machines that sign in with a secret, which is shown once."""

import secrets
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.errors import AlreadyEnded, NameTaken
from services.identity.models import Client, secret_hash
from services.identity.repository import clients as repository
from services.identity.rules.scopes import FOR_CLIENTS
from services.identity.schemas.accounts import ClientForm, ClientKind, ClientView, ClientWithSecret
from services.identity.service.grants import divisions_reached, require_within
from shared.kit.access import Caller
from shared.kit.clock import now, wall_clock
from shared.kit.errors import NotFound
from shared.kit.feed.log import announce
from shared.kit.ids import new_id
from shared.kit.paging import Cut, Page, paged
from shared.schemas.access import Action, Grant, Role

MANAGE = Action.MANAGE_CLIENTS
SECRET_BYTES = 32


async def clients(session: AsyncSession, page: Cut) -> Page[ClientView]:
    """Clients that the caller may see, the oldest first."""
    rows = await repository.clients(session, page)
    return paged(rows, page, key=lambda row: (row.created_at, row.id), view=ClientView.model_validate)


async def create_client(session: AsyncSession, form: ClientForm, *, by: Caller) -> ClientWithSecret:
    """A new client and, this once, its secret."""
    divisions = await divisions_reached(session, form.grants, among=FOR_CLIENTS)
    require_within(by, MANAGE, divisions)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    made = Client(
        id=new_id(), name=form.name, kind=kind_of(form.grants), secret_hash=secret_hash(secret), is_active=True,
        created_by=by.subject, created_at=now(session), ended_at=None, version=1,
    )  # fmt: skip
    made.hold(form.grants, divisions)
    if not await repository.write_client(session, made):
        raise NameTaken(form.name)
    announce(session, made.changed())
    return ClientWithSecret(**ClientView.model_validate(made).model_dump(), secret=secret)


def kind_of(grants: Sequence[Grant]) -> ClientKind:
    """A service is what holds the role of one."""
    return ClientKind.SERVICE if any(grant.role is Role.SERVICE for grant in grants) else ClientKind.SYSTEM


async def end_client(session: AsyncSession, name: str, *, by: Caller) -> Client:
    """The client gets no more tokens, and those it has are good no more."""
    seen = await repository.client_named(session, name)
    if seen is None:
        raise NotFound
    require_within(by, MANAGE, seen.divisions)
    found = await repository.client_named(session, name, lock=True)
    if found is None or found.ended_at is not None:
        raise AlreadyEnded
    announce(session, found.end(now(session)), found.revoked(wall_clock()))
    return found
