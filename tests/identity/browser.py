"""A browser and a client of OAuth for tests: pages are read, forms are sent, nothing is shared but cookies."""

import base64
import hashlib
import re
import secrets
import time
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from services.identity.rules.second_factor import code_at, step_of
from services.identity.service.development import SAMPLE_FACTOR, SAMPLE_PASSWORD
from tests.city import City

CALLBACK = "http://door/desk/callback"
SECRET = "the console's own secret in these tests"
AUTHORIZE, TOKEN = "/identity/v1/authorize", "/identity/v1/token"


@dataclass(slots=True)
class Proof:
    """What a client makes for one flow: state, nonce, and the proof that it was the one that began (PKCE)."""

    state: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    @property
    def challenge(self) -> str:
        return base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()

    def query(self, **changes: Any) -> dict[str, str]:
        """A lawful request for a code; None takes a part away."""
        whole: dict[str, Any] = {
            "response_type": "code", "client_id": "console", "redirect_uri": CALLBACK, "scope": "openid",
            "state": self.state, "nonce": self.nonce, "code_challenge": self.challenge,
            "code_challenge_method": "S256",
        } | changes  # fmt: skip
        return {name: value for name, value in whole.items() if value is not None}


class Browser:
    """One browser with its cookies, at the front door."""

    def __init__(self, city: City) -> None:
        transport = httpx.ASGITransport(city.apps["identity"], client=("127.0.0.1", 1))
        self.http = httpx.AsyncClient(transport=transport, base_url="http://door")
        city.clients.append(self.http)

    async def open(self, query: dict[str, str] | None = None, *, path: str = AUTHORIZE) -> httpx.Response:
        return await self.http.get(path, params=query)

    async def send(self, page: httpx.Response, **fields: str) -> httpx.Response:
        """Send the form of a page, with the proof that it holds."""
        return await self.http.post(page.request.url, data={"proof": proof_in(page)} | fields)

    async def sign_in(
        self, name: str, proof: Proof, *, password: str = SAMPLE_PASSWORD, factor: str | None = None, **changes: str
    ) -> httpx.Response:
        """Password and, where it is asked for, the code; where that led."""
        page = await self.open(proof.query(**changes))
        answer = await self.send(page, step="password", name=name, password=password)
        if answer.status_code == 200:
            answer = await self.send(answer, step="code", code=code_of(factor or SAMPLE_FACTOR))
        return answer


def proof_in(page: httpx.Response) -> str:
    found = re.search(r'name="proof" value="([^"]+)"', page.text)
    assert found, page.text
    return unescape(found.group(1))


def secret_on(page: httpx.Response) -> str:
    """The secret of a second factor that is being set up."""
    found = re.search(r'<code class="secret">([^<]+)</code>', page.text)
    assert found, page.text
    return found.group(1).replace(" ", "")


def code_of(factor: str) -> str:
    return code_at(factor, step_of(time.time()))


def brought(answer: httpx.Response) -> dict[str, str]:
    """What a redirect brings back to the client."""
    assert answer.status_code == 303, answer.text
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


async def ask_token(city: City, *, auth: tuple[str, str] | None = ("console", SECRET), **fields: str) -> httpx.Response:
    """The client's own call, from its server."""
    transport = httpx.ASGITransport(city.apps["identity"], client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return await client.post(
            TOKEN, content=urlencode(fields), headers=headers, auth=auth or httpx.USE_CLIENT_DEFAULT
        )


async def exchange(city: City, answer: httpx.Response, proof: Proof, **changes: Any) -> httpx.Response:
    """The code that a redirect brought, for tokens."""
    fields = {
        "grant_type": "authorization_code", "code": brought(answer)["code"], "redirect_uri": CALLBACK,
        "code_verifier": proof.verifier,
    }  # fmt: skip
    return await ask_token(city, **(fields | changes))


async def refresh(city: City, token: str, **more: Any) -> httpx.Response:
    return await ask_token(city, **({"grant_type": "refresh_token", "refresh_token": token} | more))


async def signed_in(city: City, name: str = "head-361002100", browser: Browser | None = None) -> dict[str, Any]:
    """Tokens of a sample account that signed in through the console."""
    proof = Proof()
    answer = await exchange(city, await (browser or Browser(city)).sign_in(name, proof), proof)
    assert answer.status_code == 200, answer.text
    given: dict[str, Any] = answer.json()
    return given


async def reads_needs(city: City, token: str) -> int:
    """The status that needs answers to a token."""
    client = city.client("needs")
    return (await client.get("/needs", headers={"Authorization": f"Bearer {token}"})).status_code
