"""Signing out: the session ends here and, within seconds, everywhere."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.models import hashed
from services.identity.repository import clients, sessions
from services.identity.service import signing_in
from services.identity.service.front_doors import under_the_door
from services.identity.service.tokens import session_in
from shared.kit.settings import settings_of


async def end_named(session: AsyncSession, id_token: str) -> str | None:
    """End the session that an ID token names; the client it was made for, None if it is not one of ours."""
    named = session_in(id_token, settings_of(session)) if id_token else None
    if named is None:
        return None
    client, id = named
    found = await sessions.sign_in(session, id, lock=True)
    if found is not None:
        await signing_in.end(session, found)
    return client


async def end_here(session: AsyncSession, key: str) -> None:
    """End the session of a browser."""
    found = await sessions.sign_in_by_key(session, hashed(key), lock=True) if key else None
    if found is not None:
        await signing_in.end(session, found)


async def is_gone(session: AsyncSession, key: str) -> bool:
    """Whether nobody is signed in with this browser any more."""
    return await signing_in.signed_in(session, key) is None


async def way_onward(session: AsyncSession, client: str, address: str) -> str | None:
    """Where the client may send people afterwards; None if that is not what it registered."""
    found = await clients.client_named(session, client)
    known = under_the_door(found.sign_out_uris, settings_of(session).issuer) if found else []
    return address if address in known else None
