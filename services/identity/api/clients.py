"""Clients, over the counter."""

from typing import Annotated

from fastapi import Path

from services.identity.models import Client
from services.identity.schemas.accounts import ClientForm, ClientView, ClientWithSecret, Nothing
from services.identity.service import clients
from shared.kit.access import Who, may
from shared.kit.edge import Room, Transaction
from shared.kit.paging import Page, PageCut
from shared.schemas.access import Action

router = Room(prefix="/v1/clients", tags=["clients"])
ClientName = Annotated[str, Path(max_length=40, examples=["matching"])]


@router.get("", dependencies=[may(Action.MANAGE_CLIENTS)], summary="Clients")
async def read_clients(session: Transaction, page: PageCut) -> Page[ClientView]:
    """Machines that may sign in, the oldest first. Secrets are not shown."""
    return await clients.clients(session, page)


@router.post("", status_code=201, dependencies=[may(Action.MANAGE_CLIENTS)], summary="Make a client")
async def create_client(form: ClientForm, session: Transaction, who: Who) -> ClientWithSecret:
    """A new machine client; the answer holds its secret, this once."""
    return await clients.create_client(session, form, by=who)


@router.post(
    "/{name}/end", dependencies=[may(Action.MANAGE_CLIENTS)], summary="End a client", response_model=ClientView
)
async def end_client(name: ClientName, _: Nothing, session: Transaction, who: Who) -> Client:
    """The client gets no more tokens."""
    return await clients.end_client(session, name, by=who)
