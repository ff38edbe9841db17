"""The ways to the other services: their feeds, identity's keys, and what pages and errands ask of them.

Each peer has a line of its own (`shared.kit.lines`): deadline, places, few repetitions. Feeds and streams wait for
hours and by nature are few, so they have connections beside the lines.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from functools import partial
from typing import Any

import httpx
import structlog

from shared.kit.feed.ears import HeardFact
from shared.kit.lines import Line, go_along
from shared.kit.settings import ClockMode, SharedSettings

log = structlog.get_logger()
SECONDS = 5.0
RENEW_BEFORE_SECONDS = 60
ASK_AGAIN_SECONDS = 5.0
# So long a batch of facts may take to arrive, once there is one.
LONGEST_TELLING_SECONDS = 30.0
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
        self._transport = transport
        self._lines: dict[str, Line] = {}
        hooks = {"request": [go_along]}
        self._feeds = httpx.AsyncClient(transport=transport, timeout=SECONDS, trust_env=False, event_hooks=hooks)
        # Streams stay open for hours, so they have connections of their own, as many as there are screens.
        self._streams = httpx.AsyncClient(
            transport=transport, timeout=httpx.Timeout(SECONDS, read=STREAM_SILENCE_SECONDS), trust_env=False,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0), event_hooks=hooks,
        )  # fmt: skip
        self._token, self._token_ends, self._asked_at = "", 0.0, 0.0
        self._renewing = asyncio.Lock()
        # So long a call for news waits; a player's step does not wait.
        self.waits_seconds = settings.feed_wait_seconds

    async def close(self) -> None:
        for line in self._lines.values():
            await line.http.aclose()
        await self._feeds.aclose()
        await self._streams.aclose()

    def line_to(self, url: str) -> Line:
        """The line to whoever answers at this address."""
        whole = httpx.URL(url)
        place = f"{whole.host}:{whole.port}"
        if place not in self._lines:
            self._lines[place] = Line.over(self._transport)
        return self._lines[place]

    async def _get(self, url: str, *, seconds: float = SECONDS, **request: Any) -> httpx.Response:
        return await self.line_to(url).ask("GET", url, seconds=seconds, repeats=True, **request)

    async def public_keys(self) -> dict[str, Any]:
        """Identity's public keys (RFC 7517)."""
        answer = await self._get(f"{self._settings.identity_url}/identity/jwks.json")
        answer.raise_for_status()
        keys: dict[str, Any] = answer.json()
        return keys

    async def keys_of(self, issuer: str, jwks_uri: str | None) -> dict[str, Any]:
        """Another provider's public keys, where it says they are (OpenID Connect Discovery 1.0, 4.3)."""
        if jwks_uri is None:
            found = await self._get(f"{issuer}/.well-known/openid-configuration")
            found.raise_for_status()
            said = found.json()
            if said["issuer"] != issuer:
                raise ValueError("The discovery document is another issuer's.")
            jwks_uri = str(said["jwks_uri"])
        answer = await self._get(jwks_uri)
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
            asked = {"timeout": wait, "limit": BATCH} | ({"after": position} if position else {})
            named = {"Authorization": f"Bearer {await self.token()}"}
            # A publisher that says a letter every few seconds is silent too.
            async with asyncio.timeout(wait + LONGEST_TELLING_SECONDS):
                answer = await self._feeds.get(
                    f"{address}/{publisher}/facts", params=asked, headers=named,
                    timeout=httpx.Timeout(SECONDS, read=wait + SECONDS),
                )  # fmt: skip
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
            answer = await self._get(f"{address}/{peer}/{path}", seconds=30.0, params=dict(query), headers=headers)
            answer.raise_for_status()
        except httpx.HTTPError as away:
            raise PeerAway(peer) from away
        return answer.json()

    async def post(self, url: str, body: dict[str, Any], *, key: str, at: datetime, seconds: float = SECONDS) -> int:
        """Ask a peer to do something, as this service, under a key of its own; the status it answered.

        Only from an errand (see `shared.kit.timers`), outside any transaction: a write never waits for a peer. A
        peer that is away or broken raises, so that the errand is run again.
        """
        headers = {"Authorization": f"Bearer {await self.token()}", "Idempotency-Key": key}
        if self._settings.clock is ClockMode.PLAYED:
            headers["Fuzhou-Now"] = at.isoformat()
        line = self.line_to(url)
        answer = await line.ask("POST", url, seconds=seconds, repeats=True, json=body, headers=headers)
        if answer.is_server_error or answer.status_code in _NOT_NOW:
            answer.raise_for_status()
        return answer.status_code

    async def on_behalf(
        self, token: str, method: str, url: str, *, at: datetime | None = None, seconds: float = 10.0, **request: Any
    ) -> httpx.Response:
        """Ask a peer as the person whose token this is (empty: nobody in particular): it decides about the person.

        Only pages that compose others' answers do so, never inside a transaction. `at` travels where the clock is
        played. What reads, or acts under a key, is asked again where the connection broke.
        """
        named = {"Authorization": f"Bearer {token}"} if token else {}
        headers = named | {"Accept-Language": "zh"} | request.pop("headers", {})
        if at is not None:
            headers["Fuzhou-Now"] = at.isoformat()
        repeats = method == "GET" or (method == "POST" and "Idempotency-Key" in headers)
        line = self.line_to(url)
        return await line.ask(method, url, seconds=seconds, repeats=repeats, headers=headers, **request)

    def pieces(
        self, token: str, url: str, *, accept: str, at: datetime | None, seconds: float = 30.0
    ) -> AbstractAsyncContextManager[httpx.Response]:
        """Read something large of a peer as the person whose token this is, as it comes."""
        headers = {"Authorization": f"Bearer {token}", "Accept": accept, "Accept-Language": "zh"}
        if at is not None:
            headers["Fuzhou-Now"] = at.isoformat()
        return self.line_to(url).open(url, seconds=seconds, headers=headers)

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
        return (await self.line_to(url).ask("GET", url, seconds=seconds, repeats=False)).is_success

    async def exchange(self, url: str, form: dict[str, str], *, repeats: bool = False) -> httpx.Response:
        """Send a form to identity's token endpoint as this client (client_secret_basic).

        A code or a refresh token is good once, so only what is asked in this service's own name `repeats`.
        """
        file = self._settings.client_secret_file
        secret = file.read_text("utf-8").strip() if file else ""
        auth = (self._service, secret)
        return await self.line_to(url).ask("POST", url, seconds=SECONDS, repeats=repeats, data=form, auth=auth)

    async def token(self) -> str:
        """This service's own token, renewed a minute before it ends; as long as it is good, identity may be away."""
        async with self._renewing:
            is_old = time.time() > self._token_ends - RENEW_BEFORE_SECONDS
            is_over = time.time() >= self._token_ends
            if is_over or (is_old and time.monotonic() - self._asked_at > ASK_AGAIN_SECONDS):
                self._asked_at = time.monotonic()
                try:
                    await self._renew()
                except httpx.HTTPError:
                    if is_over:
                        raise
        return self._token

    async def _renew(self) -> None:
        url = f"{self._settings.identity_url}/identity/v1/token"
        answer = await self.exchange(url, {"grant_type": "client_credentials"}, repeats=True)
        answer.raise_for_status()
        granted = answer.json()
        self._token, self._token_ends = granted["access_token"], time.time() + granted["expires_in"]


async def _silence(seconds: float, position: str | None) -> Sequence[HeardFact]:
    """No news, after a while."""
    await asyncio.sleep(seconds)
    return ()
