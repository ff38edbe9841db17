"""The running services, as the year's player reaches them: their public sockets, and their clocks."""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import httpx

from deploy.environment import Addresses
from deploy.ports import LOOPBACK
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
# Those who hardly hear anything of it do so once a month.
ASIDE: Final = ("identity", "console")
DAYS_ASIDE: Final = 30
PLAYER: Final = "administrator"


@dataclass(slots=True)
class Tokens:
    """Tokens of the sample accounts, made where identity makes them."""

    database: Database
    known: dict[str, tuple[float, str]] = field(default_factory=dict)

    @classmethod
    def from_environment(cls) -> "Tokens":
        settings = Settings()
        database = Database.at(settings.database_url.get_secret_value(), pool_size=1)
        database.memory["settings"] = settings
        return cls(database)

    async def of(self, account: str) -> str:
        made, token = self.known.get(account, (0.0, ""))
        if time.monotonic() - made > GOOD_FOR_SECONDS or not token:
            async with self.database.work(DEVELOPMENT) as session:
                token = (await token_for_account(session, account)).access_token
            self.known[account] = time.monotonic(), token
        return token


@dataclass(slots=True)
class Services:
    """All services of this machine."""

    addresses: Addresses
    tokens: Tokens
    http: httpx.AsyncClient = field(
        default_factory=lambda: httpx.AsyncClient(
            timeout=60, trust_env=False, limits=httpx.Limits(max_connections=None, max_keepalive_connections=None)
        )
    )
    steps: int = 0
    hands: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(HANDS))

    async def send(self, service: str, request: Act) -> httpx.Response:
        headers = {"Fuzhou-Now": request.at.isoformat()}
        if request.account is not None:
            headers["Authorization"] = f"Bearer {await self.tokens.of(request.account)}"
        if request.key is not None:
            headers["Idempotency-Key"] = request.key
        if request.sender is not None:
            headers["X-Forwarded-For"] = request.sender
        url = f"http://{LOOPBACK}:{self.addresses.public[service]}/{service}{request.path}"
        async with self.hands:
            return await self.http.request(
                request.method, url, headers=headers, json=request.body, params=request.query
            )

    async def listen(self) -> None:
        await asyncio.sleep(FACTS_TRAVEL_SECONDS)

    async def advance(self, to: datetime) -> None:
        """Each service hears what the others said, and fires what is due."""
        services = (*CLOCKS, *ASIDE) if self.steps % DAYS_ASIDE == 0 else CLOCKS
        self.steps += 1
        answers = await asyncio.gather(*(self._clock(service, to, by_step=True) for service in services))
        for answer in answers:
            answer.raise_for_status()

    async def release(self) -> None:
        """From now on every service listens by itself, and its timers run by the wall clock; again, nothing happens."""
        for service in self.addresses.internal:
            answer = await self._clock(service, wall_clock(), by_step=True, release=True)
            if answer.status_code != httpx.codes.CONFLICT:
                answer.raise_for_status()

    async def _clock(self, service: str, to: datetime, **wishes: bool) -> httpx.Response:
        """Fires as long as it takes: a month may have much to tell."""
        url = f"http://{LOOPBACK}:{self.addresses.internal[service]}/{service}/clock"
        headers = {"Authorization": f"Bearer {await self.tokens.of(PLAYER)}"}
        return await self.http.post(url, headers=headers, json={"to": to.isoformat(), **wishes}, timeout=None)

    async def close(self) -> None:
        await self.http.aclose()
        await self.tokens.database.close()
