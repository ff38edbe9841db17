"""Signing in by OpenID Connect (authorization code with PKCE), and the sessions that follow.

The browser holds one secret in a cookie that no script reads. Tokens stay in the console's database, sealed.
"""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import httpx

from services.console.errors import ServiceAway, SignInFailed, SignInNeeded
from services.console.models import DeskSession, SignIn
from services.console.repository import drafts as draft_repository
from services.console.repository import sessions as repository
from services.console.rules.secrets import challenge, hashed, is_local, new_secret
from services.console.service.asking import Person
from services.console.settings import Settings
from shared.kit.clock import now
from shared.kit.database import Context
from shared.kit.ids import new_id
from shared.kit.service import House
from shared.kit.timers import Timer, set_timer
from shared.kit.tokens import TokenRefused

CLIENT: Final = "console"
SCOPE: Final = "openid"
CALLBACK: Final = "/desk/callback"
UNFINISHED: Final = timedelta(minutes=10)
RENEW_BEFORE: Final = timedelta(seconds=60)
RENEWING: Final = timedelta(seconds=10)
# Who works is seen again so often; not with each look at a page, or each would write.
SEEN_AGAIN: Final = timedelta(minutes=1)
DRAFTS_KEPT: Final = timedelta(days=14)
ENDS: Final = "desk_session_ends"
AS_SESSIONS: Final = Context(actor="console.sessions", machine="console.sessions")


async def begin(house: House, *, return_to: str, at: datetime, account: str = "") -> tuple[str, str]:
    """Where to send the browser to sign in, and the state that its cookie must bring back."""
    settings: Settings = house.settings  # type: ignore[assignment]
    state, verifier, nonce = new_secret(), new_secret(), new_secret()
    async with house.database.work(AS_SESSIONS, now=at) as session:
        row = SignIn(
            id=new_id(), state_hash=hashed(state), nonce=nonce, begun_at=at,
            return_to=return_to if is_local(return_to) else "/desk",
        )  # fmt: skip
        row.verifier = verifier
        session.add(row)
    asked = {
        "response_type": "code", "client_id": CLIENT, "redirect_uri": f"{settings.public_address}{CALLBACK}",
        "scope": SCOPE, "state": state, "nonce": nonce, "code_challenge": challenge(verifier),
        "code_challenge_method": "S256",
    } | ({"login_hint": account} if account else {})  # fmt: skip
    return f"{settings.authorize_address or settings.issuer + '/v1/authorize'}?{urlencode(asked)}", state


async def finish(house: House, *, code: str, state: str, at: datetime) -> tuple[str, str]:
    """The code becomes a session; the secret for the cookie, and where the browser wanted to go.

    Raises:
        SignInFailed: the state is unknown, used or too old, or identity does not honour the code.
    """
    settings: Settings = house.settings  # type: ignore[assignment]
    async with house.database.work(AS_SESSIONS, now=at) as session:
        begun = await repository.take_sign_in(session, hashed(state), since=at - UNFINISHED)
        asked = None if begun is None else (begun.verifier or "", begun.nonce, begun.return_to)
    if asked is None:
        raise SignInFailed
    verifier, nonce, return_to = asked
    granted = await _exchange(house, {
        "grant_type": "authorization_code", "code": code, "code_verifier": verifier,
        "redirect_uri": f"{settings.public_address}{CALLBACK}",
    })  # fmt: skip
    if granted is None:
        raise SignInFailed
    try:
        await house.verifier.who_signed_in(granted.get("id_token", ""), client=CLIENT, nonce=nonce)
        return await keep(house, granted, at=at), return_to
    except TokenRefused:
        raise SignInFailed from None


async def _exchange(house: House, form: dict[str, str]) -> dict[str, Any] | None:
    """Ask identity for tokens; None where it refuses."""
    try:
        answer = await house.peers.exchange(f"{house.settings.identity_url}/identity/v1/token", form)
    except httpx.HTTPError as away:
        raise ServiceAway from away
    if answer.is_server_error:
        raise ServiceAway
    granted: dict[str, Any] = answer.json()
    return granted if answer.is_success else None


async def keep(house: House, granted: dict[str, Any], *, at: datetime) -> str:
    """Tokens become a session; the secret for the cookie."""
    settings: Settings = house.settings  # type: ignore[assignment]
    claims = await house.verifier.verify(granted["access_token"])
    secret = new_secret()
    async with house.database.work(AS_SESSIONS, now=at) as session:
        row = DeskSession(
            id=new_id(), secret_hash=hashed(secret), account=claims.sub, csrf=new_secret(),
            grants=[grant.model_dump(mode="json") for grant in claims.grants],
            began_at=at, seen_at=at, ends_at=at + timedelta(hours=settings.session_hours), access_ends_at=at,
        )  # fmt: skip
        _put_tokens(row, granted, at=at)
        session.add(row)
        await set_timer(session, ENDS, row.id, due=row.ends_at)
    return secret


def _put_tokens(row: DeskSession, granted: dict[str, Any], *, at: datetime) -> None:
    row.access = granted["access_token"]
    row.refresh = granted.get("refresh_token")
    row.id_token = granted.get("id_token") or row.id_token
    row.access_ends_at = at + timedelta(seconds=granted["expires_in"])
    row.renewing_until = None


async def person(
    house: House, secret: str, *, at: datetime, played_at: datetime | None = None, is_asked_for: bool = True
) -> Person:
    """Who is signed in with this secret, with a token that is good for a while.

    What a screen asks for by itself, and not somebody at it, keeps nobody signed in.

    Raises:
        SignInNeeded: nobody; or their access has ended, or they left the desk alone for too long.
    """
    for _ in range(100):
        row = await _carried(house, secret, at=at, is_asked_for=is_asked_for)
        if row is None:
            raise SignInNeeded
        if row.access_ends_at - RENEW_BEFORE > at or row.refresh is None:
            return await _as_person(house, row, at=at, played_at=played_at)
        if await _renew(house, row, at=at):
            continue
        await asyncio.sleep(0.1)
    raise ServiceAway


async def _carried(house: House, secret: str, *, at: datetime, is_asked_for: bool) -> DeskSession | None:
    """The session of a secret, as long as it carries; who asks for something is seen by that."""
    settings: Settings = house.settings  # type: ignore[assignment]
    async with house.database.work(AS_SESSIONS, now=at) as session:
        row = await repository.session_by_secret(session, hashed(secret), at=at)
        alone = at - row.seen_at if row is not None else timedelta()
        is_left = alone >= timedelta(minutes=settings.idle_minutes)
        if row is not None and is_asked_for and not is_left and alone >= SEEN_AGAIN:
            await repository.see(session, row.id, at)
    if row is not None and is_left:
        await _give_up(house, row, at=at)
        return None
    return row


async def _as_person(house: House, row: DeskSession, *, at: datetime, played_at: datetime | None) -> Person:
    settings: Settings = house.settings  # type: ignore[assignment]
    token = row.access or ""
    try:
        claims = await house.verifier.verify(token)
    except TokenRefused:
        # Revoked, or its time is over: the desk is closed within seconds, as everything else is.
        await leave(house, row, at=at)
        raise SignInNeeded from None
    return Person(
        session_id=row.id, account=claims.sub, grants=tuple(claims.grants), form_word=row.csrf, token=token,
        peers=house.peers, settings=settings, at=at, played_at=played_at,
    )  # fmt: skip


async def _renew(house: House, row: DeskSession, *, at: datetime) -> bool:
    """Renew the tokens, or leave it to who does already; whether it was done here."""
    async with house.database.work(AS_SESSIONS, now=at) as session:
        held = await repository.claim_renewal(session, row.id, at=at, until=at + RENEWING)
    if held is None:
        return False
    granted = await _exchange(house, {"grant_type": "refresh_token", "refresh_token": held.refresh or ""})
    if granted is None:
        await leave(house, row, at=at)
        raise SignInNeeded
    async with house.database.work(AS_SESSIONS, now=at) as session:
        fresh = await repository.session_by_id(session, row.id)
        if fresh is None:
            raise SignInNeeded
        _put_tokens(fresh, granted, at=at)
    return True


async def leave(house: House, row: DeskSession | Person, *, at: datetime) -> None:
    """The session is no more here."""
    id = row.session_id if isinstance(row, Person) else row.id
    async with house.database.work(AS_SESSIONS, now=at) as session:
        await repository.end_session(session, id)


async def _give_up(house: House, row: DeskSession, *, at: datetime) -> None:
    """Nobody is at the desk any more: the session ends here and, as far as identity can be reached, there too."""
    await leave(house, row, at=at)
    if row.refresh is not None:
        with suppress(httpx.HTTPError):
            await house.peers.exchange(f"{house.settings.identity_url}/identity/v1/revoke", {"token": row.refresh})


async def id_token_of(house: House, who: Person) -> str | None:
    """What names the session to identity when it is ended there too."""
    async with house.database.work(AS_SESSIONS, now=who.at) as session:
        row = await repository.session_by_id(session, who.session_id)
        return row.id_token if row else None


async def sweep(session: Any, timer: Timer) -> None:
    """A session's time is over: remove it, with whatever else has ended."""
    await repository.forget(session, now(session), sign_ins_before=now(session) - UNFINISHED)
    await draft_repository.forget(session, now(session) - DRAFTS_KEPT)
