"""The running services, as the year's player reaches them: their public sockets, and their clocks."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import httpx

from deploy.environment import Addresses
from deploy.year.line import Lines
from deploy.year.stage import Act
from services.identity.service.development import DEVELOPMENT
from services.identity.service.tokens import token_for_account
from services.identity.settings import Settings
from shared.kit.clock import wall_clock
from shared.kit.database import Database

# A token lasts ten minutes.
GOOD_FOR_SECONDS: Final = 420.0
# So many calls at a time: enough to keep two processors busy, few enough to leave room for whoever uses the platform.
HANDS: Final = 6
FACTS_TRAVEL_SECONDS: Final = 0.15
# Whose timers speak of played time.
CLOCKS: Final = ("needs", "matching", "cases", "feedback", "insights")
# Who says something nearly every day; the others are heard once a month, and those who hardly hear anything hear then.
SPEAKERS: Final = ("needs", "matching", "cases", "feedback")
ASIDE: Final = ("identity", "console")
STEPS_ASIDE: Final = 20
# An act that takes so long is a service that hangs.
PATIENCE_SECONDS: Final = 60
PLAYER: Final = "administrator"


@dataclass(slots=True)
class Tokens:
    """Tokens of the sample accounts, made where identity makes them."""

    database: Database
    known: dict[str, tuple[float, str]] = field(default_factory=dict)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @classmethod
    def from_environment(cls) -> "Tokens":
        settings = Settings()
        database = Database.at(settings.database_url.get_secret_value(), pool_size=1)
        database.memory["settings"] = settings
        return cls(database)

    async def of(self, account: str) -> str:
        """One after another: on a busy morning hundreds ask at once, some for the same, and there is one connection."""
        async with self.turn:
            made, token = self.known.get(account, (0.0, ""))
            if time.monotonic() - made > GOOD_FOR_SECONDS or not token:
                token = await self.make(account)
                self.known[account] = time.monotonic(), token
        return token

    async def make(self, account: str) -> str:
        async with self.database.work(DEVELOPMENT) as session:
            return (await token_for_account(session, account)).access_token


@dataclass(slots=True)
class Services:
    """All services of this machine."""

    addresses: Addresses
    tokens: Tokens
    steps: int = 0
    hands: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(HANDS))
    lines: dict[int, Lines] = field(default_factory=dict)

    def at(self, port: int) -> Lines:
        return self.lines.setdefault(port, Lines(port))

    async def send(self, service: str, request: Act) -> httpx.Response:
        headers = {"Fuzhou-Now": request.at.isoformat()}
        if request.account is not None:
            headers["Authorization"] = f"Bearer {await self.tokens.of(request.account)}"
        if request.key is not None:
            headers["Idempotency-Key"] = request.key
        if request.sender is not None:
            headers["X-Forwarded-For"] = request.sender
        public, path = self.at(self.addresses.public[service]), f"/{service}{request.path}"
        async with self.hands, asyncio.timeout(PATIENCE_SECONDS):
            return await public.ask(request.method, path, headers=headers, body=request.body, query=request.query)

    async def listen(self) -> None:
        await asyncio.sleep(FACTS_TRAVEL_SECONDS)

    async def advance(self, to: datetime) -> None:
        """Each service hears what the others said, and fires what is due."""
        is_month = self.steps % STEPS_ASIDE == 0
        services, of = ((*CLOCKS, *ASIDE), None) if is_month else (CLOCKS, SPEAKERS)
        self.steps += 1
        wishes: dict[str, bool | Sequence[str] | None] = {"by_step": True, "of": of}
        answers = await asyncio.gather(*(self._clock(service, to, wishes) for service in services))
        for answer in answers:
            answer.raise_for_status()

    async def release(self) -> None:
        """From now on every service listens by itself, and its timers run by the wall clock; again, nothing happens."""
        for service in self.addresses.internal:
            answer = await self._clock(service, wall_clock(), {"by_step": True, "release": True})
            if answer.status_code != httpx.codes.CONFLICT:
                answer.raise_for_status()

    async def _clock(self, service: str, to: datetime, wishes: Mapping[str, Any]) -> httpx.Response:
        """Fires as long as it takes: a month may have much to tell."""
        headers = {"Authorization": f"Bearer {await self.tokens.of(PLAYER)}"}
        internal, body = self.at(self.addresses.internal[service]), {"to": to.isoformat(), **wishes}
        return await internal.ask("POST", f"/{service}/clock", headers=headers, body=body)

    async def close(self) -> None:
        for lines in self.lines.values():
            lines.close()
        await self.tokens.database.close()
