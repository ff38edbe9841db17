"""The other services, asked as the person at the desk: their rights decide there, and their errors are shown here."""

import asyncio
import hmac
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode
from uuid import UUID

import httpx

from services.console.errors import Refused, ServiceAway, SignInNeeded
from services.console.rules.desks import Desk, desks_of
from services.console.rules.secrets import masked, unmasked
from services.console.settings import Settings
from shared.kit.access import Caller, context_for
from shared.kit.database import EVERYWHERE
from shared.kit.ids import new_id
from shared.kit.peers import Peers
from shared.kit.service import House
from shared.schemas.access import AUDIENCES, TABLE, Action, Grant, Role

MOST_ROWS: Final = 200
# An address stays short enough for whatever stands between.
IDS_AT_ONCE: Final = 100
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Person:
    """Who sits at the desk, and the way to ask in their name."""

    session_id: UUID
    account: str
    grants: tuple[Grant, ...]
    # What the forms of this session carry, masked; `csrf` masks it anew each time.
    form_word: str
    token: str
    peers: Peers
    settings: Settings
    at: datetime
    played_at: datetime | None = None
    # Whose browser it is: services that count calls by address count this one's, not the console's.
    address: str = ""

    @property
    def csrf(self) -> str:
        """What a form of this session carries."""
        return masked(self.form_word)

    def gave_out(self, given: str) -> bool:
        """Whether a form was given out to this session."""
        return bool(self.form_word) and hmac.compare_digest(unmasked(given), self.form_word.encode())

    @property
    def desks(self) -> list[Desk]:
        return desks_of(self.grants)

    def has(self, *roles: Role) -> bool:
        return any(grant.role in roles for grant in self.grants)

    @property
    def stations(self) -> frozenset[str]:
        """Their own stations, by id."""
        return frozenset(id for grant in self.grants for id in grant.stations)

    def may(self, action: str) -> bool:
        """Whether the table of access lets them do this anywhere: what they cannot do is not offered."""
        return self.has(*TABLE[Action(action)])

    def reaches(self, action: str, division: str) -> bool:
        """Whether they may do this all over a division; the empty one asks for any place at all."""
        own = context_for(Caller(self.account, "", self.grants), Action(action)).divisions
        return bool(own) if not division else any(code == EVERYWHERE or division.startswith(code) for code in own)

    async def get(self, service: str, path: str, **params: Any) -> dict[str, Any]:
        """Read; raises what the service refuses."""
        wanted = {name: value for name, value in params.items() if value not in (None, "", ())}
        return await self._ask("GET", service, path, params=wanted)

    async def get_or_none(self, service: str, path: str, **params: Any) -> dict[str, Any] | None:
        """Read what may not be there, may not be the person's to see, or whose service is away."""
        try:
            return await self.get(service, path, **params)
        except (Refused, ServiceAway):
            return None

    async def rows(self, service: str, path: str, *, most: int = 1000, **params: Any) -> list[dict[str, Any]]:
        """A list, page by page, up to `most` rows."""
        found: list[dict[str, Any]] = []
        after: str | None = None
        while len(found) < most:
            page = await self.get(service, path, limit=min(MOST_ROWS, most - len(found)), after=after, **params)
            found += page["items"]
            after = page.get("next")
            if after is None:
                break
        return found

    async def post(self, service: str, path: str, body: Any, *, key: str | None = None) -> dict[str, Any]:
        """Act. `key` is the form's own, so that sending it twice acts once."""
        return await self._ask("POST", service, path, json=body, headers={"Idempotency-Key": key or str(new_id())})

    async def put(self, service: str, path: str, body: Any, *, version: int) -> dict[str, Any]:
        """Edit the version that was read."""
        return await self._ask("PUT", service, path, json=body, headers={"If-Match": f'"{version}"'})

    def _reaches(self, service: str) -> bool:
        """Whether the person's token is for this service; to another it is nobody's, as if they had to sign in."""
        return not self.grants or any(service in AUDIENCES[grant.role] for grant in self.grants)

    async def send_file(self, service: str, path: str, *, name: str, content: bytes, key: str | None) -> None:
        """Hand a file over; what it is, the service sees from its content."""
        headers = {
            "Idempotency-Key": key or str(new_id()), "Fuzhou-File-Name": quote(name),
            "Content-Type": "application/octet-stream",
        }  # fmt: skip
        _check(await self._answer("POST", service, path, content=content, headers=headers))

    async def file(self, service: str, path: str) -> httpx.Response:
        """A file, with what the service says of it."""
        answer = await self._answer("GET", service, path)
        _check(answer)
        return answer

    @asynccontextmanager
    async def sheet(self, service: str, path: str, asked: Sequence[tuple[str, str]]) -> AsyncIterator[httpx.Response]:
        """Figures as a sheet, piece by piece: however many there are, few are held at a time."""
        self._must_reach(service)
        url = f"{self.settings.services.get(service, '')}/{service}/v1{path}?{urlencode(asked)}"
        try:
            async with self.peers.pieces(self.token, url, accept="text/csv", at=self.played_at) as answer:
                if not answer.is_success:
                    await answer.aread()
                _check(answer)
                yield answer
        except httpx.HTTPError as away:
            raise ServiceAway from away

    def follow(self, service: str, *, after: str) -> AbstractAsyncContextManager[httpx.Response]:
        """What happens there, as it happens and as far as the person may see it, from a place on or from now."""
        url = f"{self.settings.services.get(service, '')}/{service}/v1/stream"
        return self.peers.follow(self.token, url, after=after, at=self.played_at)

    def _must_reach(self, service: str) -> None:
        if not self._reaches(service):
            raise Refused(403, "无权访问", "您的账号没有这一项的权限。如工作需要，请联系平台管理员开通。", [])

    async def _ask(self, method: str, service: str, path: str, **request: Any) -> dict[str, Any]:
        answer = await self._answer(method, service, path, **request)
        _check(answer)
        told: dict[str, Any] = answer.json()
        return told

    async def _answer(self, method: str, service: str, path: str, **request: Any) -> httpx.Response:
        self._must_reach(service)
        url = f"{self.settings.services.get(service, '')}/{service}/v1{path}"
        if self.address:
            request["headers"] = request.get("headers", {}) | {"X-Forwarded-For": self.address}
        try:
            return await self.peers.on_behalf(self.token, method, url, at=self.played_at, **request)
        except httpx.HTTPError as away:
            raise ServiceAway from away


def _check(answer: httpx.Response) -> None:
    """Pass on what a service refuses, in its own words."""
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        raise SignInNeeded
    if answer.is_success:
        return
    try:
        problem: Mapping[str, Any] = answer.json()
    except ValueError:
        raise ServiceAway from None
    raise Refused(
        answer.status_code, problem.get("title", ""), problem.get("detail", ""), list(problem.get("errors", ())),
        problem.get("type", ""),
    )  # fmt: skip


def passer_by(house: House, *, address: str, at: datetime, played_at: datetime | None) -> Person:
    """Somebody who did not sign in: what they hold is in the address that they opened."""
    settings: Settings = house.settings  # type: ignore[assignment]
    return Person(
        session_id=new_id(), account="", grants=(), form_word="", token="", peers=house.peers, settings=settings, at=at,
        played_at=played_at, address=address,
    )  # fmt: skip


async def needs_by_id(who: Person, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Needs in codes, as far as the person may see them; nothing where they read no needs at all."""
    wanted = sorted(set(ids))
    if not wanted or not who.may("read_needs"):
        return {}
    pieces = [wanted[at : at + IDS_AT_ONCE] for at in range(0, len(wanted), IDS_AT_ONCE)]
    pages = await together(*(who.get_or_none("needs", "/needs", id=piece, limit=IDS_AT_ONCE) for piece in pieces))
    return {need["id"]: need for page in pages if page for need in page["items"]}


async def together(*asked: Coroutine[Any, Any, Found]) -> list[Found]:
    """Ask several at once; the first refusal is the page's."""
    return list(await asyncio.gather(*asked))
