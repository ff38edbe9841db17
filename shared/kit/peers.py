"""The ways to the other services: their feeds, and identity's keys. No request waits for these."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from functools import partial
from typing import Any

import httpx
import structlog

from shared.kit import tracing
from shared.kit.feed.ears import HeardFact
from shared.kit.settings import ClockMode, SharedSettings

log = structlog.get_logger()
RENEW_BEFORE_SECONDS = 60
# A stream says every quarter of a minute that it is still there.
STREAM_SILENCE_SECONDS = 45.0
NOT_THERE_SECONDS = 1.0
# So many facts are asked for at a time.
BATCH = 200
# Who we are is not known there (yet), the same key is in flight, too many at once: the same request works later.
_NOT_NOW = frozenset({401, 403, 409, 429})


class PeerAway(Exception):
    """A peer is not there, or does not answer as it should."""

    def __init__(self, peer: str) -> None:
        super().__init__(f"{peer} does not answer")


class Peers:
    """One service's calls to its peers, as itself (client credentials)."""

    def __init__(
        self, service: str, settings: SharedSettings, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._service = service
        self._settings = settings
        hooks = {"request": [_go_along]}
        self._http = httpx.AsyncClient(
            transport=transport, timeout=httpx.Timeout(5.0), trust_env=False, event_hooks=hooks
        )
        # Streams stay open for hours, so they have connections of their own, as many as there are screens.
        self._streams = httpx.AsyncClient(
            transport=transport, timeout=httpx.Timeout(5.0, read=STREAM_SILENCE_SECONDS), trust_env=False,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
        )  # fmt: skip
        self._token, self._token_ends = "", 0.0
        # So long a call for news waits; a player's step does not wait.
        self.waits_seconds = settings.feed_wait_seconds

    async def close(self) -> None:
        await self._http.aclose()
        await self._streams.aclose()

    async def public_keys(self) -> dict[str, Any]:
        """Identity's public keys (RFC 7517)."""
        answer = await self._http.get(f"{self._settings.identity_url}/identity/jwks.json")
        answer.raise_for_status()
        keys: dict[str, Any] = answer.json()
        return keys

    async def keys_of(self, issuer: str, jwks_uri: str | None) -> dict[str, Any]:
        """Another provider's public keys, where it says they are (OpenID Connect Discovery 1.0, 4.3)."""
        if jwks_uri is None:
            found = await self._http.get(f"{issuer}/.well-known/openid-configuration")
            found.raise_for_status()
            said = found.json()
            if said["issuer"] != issuer:
                raise ValueError("The discovery document is another issuer's.")
            jwks_uri = str(said["jwks_uri"])
        answer = await self._http.get(jwks_uri)
        answer.raise_for_status()
        keys: dict[str, Any] = answer.json()
        return keys

    def feed_of(self, publisher: str) -> Callable[[str | None], Awaitable[Sequence[HeardFact]]]:
        """A function that waits for the next facts of a publisher after a position."""
        address = self._settings.peers.get(publisher)
        if address is None:
            # A service may know the facts of one that is not run here: that is no trouble, and never will be news.
            log.info("listener_has_nobody_to_hear", publisher=publisher)
            return partial(_silence, max(self.waits_seconds, 1.0))

        async def fetch(position: str | None) -> Sequence[HeardFact]:
            wait = self.waits_seconds
            if publisher not in self._settings.peers:
                # It is not there yet, and that is no trouble: who listens to it waits, and nothing is missed.
                await asyncio.sleep(max(wait, NOT_THERE_SECONDS))
                return []
            answer = await self._http.get(
                f"{address}/{publisher}/facts",
                params={"timeout": wait, "limit": BATCH} | ({"after": position} if position else {}),
                headers={"Authorization": f"Bearer {await self.token()}"},
                timeout=httpx.Timeout(5.0, read=wait + 5.0),
            )
            answer.raise_for_status()
            return [HeardFact.from_cloud_event(event) for event in answer.json()]

        return fetch

    async def read(self, peer: str, path: str, query: Mapping[str, Sequence[str]]) -> Any:
        """What a peer says at an internal address.

        Raises:
            PeerAway: it is not there, or does not answer.
        """
        address = self._settings.peers.get(peer)
        if address is None:
            raise PeerAway(peer)
        try:
            headers = {"Authorization": f"Bearer {await self.token()}"}
            answer = await self._http.get(
                f"{address}/{peer}/{path}", params=dict(query), headers=headers, timeout=httpx.Timeout(5.0, read=30.0)
            )
            answer.raise_for_status()
        except httpx.HTTPError as away:
            raise PeerAway(peer) from away
        return answer.json()

    async def post(self, url: str, body: dict[str, Any], *, key: str, at: datetime, seconds: float = 5.0) -> int:
        """Ask a peer to do something, as this service, under a key of its own; the status it answered.

        Only from an errand (see `shared.kit.timers`), outside any transaction: a write never waits for a peer. A
        peer that is away or broken raises, so that the errand is run again.
        """
        headers = {"Authorization": f"Bearer {await self.token()}", "Idempotency-Key": key}
        if self._settings.clock is ClockMode.PLAYED:
            headers["Fuzhou-Now"] = at.isoformat()
        answer = await self._http.post(url, json=body, headers=headers, timeout=httpx.Timeout(seconds))
        if answer.is_server_error or answer.status_code in _NOT_NOW:
            answer.raise_for_status()
        return answer.status_code

    async def on_behalf(
        self, token: str, method: str, url: str, *, at: datetime | None = None, seconds: float = 10.0, **request: Any
    ) -> httpx.Response:
        """Ask a peer as the person whose token this is (empty: nobody in particular): it decides about the person.

        Only pages that compose others' answers do so, never a path that writes here. `at` travels where the clock is
        played.
        """
        named = {"Authorization": f"Bearer {token}"} if token else {}
        headers = named | {"Accept-Language": "zh"} | request.pop("headers", {})
        if at is not None:
            headers["Fuzhou-Now"] = at.isoformat()
        return await self._http.request(method, url, headers=headers, timeout=httpx.Timeout(seconds), **request)

    def pieces(
        self, token: str, url: str, *, accept: str, at: datetime | None, seconds: float = 30.0
    ) -> AbstractAsyncContextManager[httpx.Response]:
        """Read something large of a peer as the person whose token this is, as it comes."""
        headers = {"Authorization": f"Bearer {token}", "Accept": accept, "Accept-Language": "zh"}
        if at is not None:
            headers["Fuzhou-Now"] = at.isoformat()
        return self._http.stream("GET", url, headers=headers, timeout=httpx.Timeout(5.0, read=seconds))

    def follow(
        self, token: str, url: str, *, after: str, at: datetime | None
    ) -> AbstractAsyncContextManager[httpx.Response]:
        """A peer's stream as the person whose token this is, from a place on or (empty) from now."""
        headers = {"Authorization": f"Bearer {token}"} | ({"Last-Event-ID": after} if after else {})
        if at is not None:
            headers["Fuzhou-Now"] = at.isoformat()
        return self._streams.stream("GET", url, headers=headers)

    async def is_ready(self, url: str, *, seconds: float) -> bool:
        """Whether a peer says that it can do its work."""
        return (await self._http.get(url, timeout=httpx.Timeout(seconds))).is_success

    async def exchange(self, url: str, form: dict[str, str]) -> httpx.Response:
        """Send a form to identity's token endpoint as this client (client_secret_basic)."""
        file = self._settings.client_secret_file
        secret = file.read_text("utf-8").strip() if file else ""
        return await self._http.post(url, data=form, auth=(self._service, secret))

    async def token(self) -> str:
        """This service's own token, renewed a minute before it ends."""
        if time.time() > self._token_ends - RENEW_BEFORE_SECONDS:
            answer = await self.exchange(
                f"{self._settings.identity_url}/identity/v1/token", {"grant_type": "client_credentials"}
            )
            answer.raise_for_status()
            granted = answer.json()
            self._token, self._token_ends = granted["access_token"], time.time() + granted["expires_in"]
        return self._token


async def _go_along(request: httpx.Request) -> None:
    """Whatever a peer is asked for belongs to the same trace."""
    trace = tracing.current()
    if trace is not None:
        request.headers[tracing.HEADER] = trace


async def _silence(seconds: float, position: str | None) -> Sequence[HeardFact]:
    """No news, after a while."""
    await asyncio.sleep(seconds)
    return ()
