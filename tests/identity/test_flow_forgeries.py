"""Nobody gets a code or a token by a flow that is not theirs (S10): redirects, proof, state, nonce, refreshes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.city import ISSUER, City
from tests.figures import Figure
from tests.identity.browser import (
    CALLBACK,
    SECRET,
    Browser,
    Proof,
    ask_token,
    brought,
    exchange,
    reads_needs,
    refresh,
    signed_in,
)  # fmt: skip

# Where nobody is sent, whatever they ask for: the client or its address is not what was registered.
NOWHERE: dict[str, dict[str, Any]] = {
    "unknown client": {"client_id": "nobody"},
    "no client": {"client_id": None},
    "a machine without pages": {"client_id": "needs"},
    "another host": {"redirect_uri": "http://elsewhere.example/desk/callback"},
    "a host that begins alike": {"redirect_uri": "http://door.elsewhere.example/desk/callback"},
    "a host behind a name": {"redirect_uri": "http://door@elsewhere.example/desk/callback"},
    "another port": {"redirect_uri": "http://door:81/desk/callback"},
    "another scheme": {"redirect_uri": "https://door/desk/callback"},
    "a path further": {"redirect_uri": CALLBACK + "/further"},
    "a slash more": {"redirect_uri": CALLBACK + "/"},
    "a path around": {"redirect_uri": "http://door/desk/callback/../../elsewhere"},
    "a question more": {"redirect_uri": CALLBACK + "?next=elsewhere"},
    "a fragment": {"redirect_uri": CALLBACK + "#here"},
    "capital letters": {"redirect_uri": "http://DOOR/desk/callback"},
    "only a path": {"redirect_uri": "/desk/callback"},
    "no scheme": {"redirect_uri": "//elsewhere.example/desk/callback"},
    "a script": {"redirect_uri": "javascript:alert(1)"},
    "no address": {"redirect_uri": None},
    "an empty address": {"redirect_uri": ""},
    "a line break": {"redirect_uri": CALLBACK + "\r\nSet-Cookie: a=b"},
    "the mobile's address": {"redirect_uri": "fuzhou-mobile:/callback"},
    "the console's address for the mobile": {"client_id": "mobile"},
    "a loopback name": {"client_id": "mobile", "redirect_uri": "http://localhost:5000/callback"},
    "another loopback": {"client_id": "mobile", "redirect_uri": "http://127.0.0.2:5000/callback"},
    "another path there": {"client_id": "mobile", "redirect_uri": "http://127.0.0.1:5000/elsewhere"},
    "a host behind the port": {"client_id": "mobile", "redirect_uri": "http://127.0.0.1:5@elsewhere.example/callback"},
}  # fmt: skip
# What a known client may not ask: it is told so, and gets no code.
REFUSED: dict[str, dict[str, Any]] = {
    "no proof": {"code_challenge": None, "code_challenge_method": None},
    "proof in the clear": {"code_challenge_method": "plain"},
    "proof of no method": {"code_challenge_method": None},
    "a method unknown": {"code_challenge_method": "S512"},
    "a short proof": {"code_challenge": "abc"},
    "a long proof": {"code_challenge": "a" * 44},
    "no state": {"state": None},
    "an endless state": {"state": "s" * 2000},
    "no nonce": {"nonce": None},
    "a token in the address": {"response_type": "token"},
    "an ID token in the address": {"response_type": "id_token"},
    "a code and a token": {"response_type": "code token"},
    "no kind of answer": {"response_type": None},
    "nothing at all": {"response_type": "none"},
    "no openid": {"scope": "profile"},
    "an unknown scope": {"scope": "openid everything"},
    "a fragment for the answer": {"response_mode": "fragment"},
    "a posted answer": {"response_mode": "form_post"},
}


@pytest.mark.parametrize("forgery", NOWHERE)
async def test_nobody_is_sent_where_the_client_is_not_at_home(city: City, forgery: str, figure: Figure) -> None:
    browser = Browser(city)
    await signed_in(city, browser=browser)
    answer = await browser.open(Proof().query(**NOWHERE[forgery]))
    assert answer.status_code == 400, answer.text
    assert "location" not in answer.headers
    assert answer.headers["content-type"].startswith("text/html")
    figure("S10", forged_flows=1, let_in=0)


async def test_nobody_is_sent_where_a_field_stands_twice(city: City, figure: Figure) -> None:
    query = httpx.QueryParams(Proof().query()).add("redirect_uri", "http://elsewhere.example/")
    answer = await Browser(city).http.get("/identity/v1/authorize", params=query)
    assert (answer.status_code, "location" in answer.headers) == (400, False)
    figure("S10", forged_flows=1, let_in=0)


@pytest.mark.parametrize("forgery", REFUSED)
async def test_a_client_that_asks_wrongly_is_told_and_gets_no_code(city: City, forgery: str, figure: Figure) -> None:
    browser, proof = Browser(city), Proof()
    await signed_in(city, browser=browser)
    answer = await browser.open(proof.query(**REFUSED[forgery]))
    back = brought(answer)
    assert answer.headers["location"].startswith(CALLBACK + "?")
    assert "code" not in back
    assert back["error"] in {"invalid_request", "invalid_scope", "unsupported_response_type"}
    assert back["iss"] == ISSUER
    figure("S10", forged_flows=1, let_in=0)


@dataclass(slots=True)
class Flow:
    """A lawful flow just before the exchange, and one after it."""

    city: City
    proof: Proof
    answer: httpx.Response

    @property
    def code(self) -> str:
        return brought(self.answer)["code"]

    async def exchange(self, **changes: Any) -> httpx.Response:
        return await exchange(self.city, self.answer, self.proof, **changes)


async def of_an_ended_session(flow: Flow) -> httpx.Response:
    owner = await flow.city.owner("identity")
    await owner.execute("UPDATE sign_in SET ended_at = now() WHERE ended_at IS NULL")
    await owner.close()
    return await flow.exchange()


async def too_late(flow: Flow) -> httpx.Response:
    owner = await flow.city.owner("identity")
    past = "made_at = made_at - interval '70 seconds', ends_at = ends_at - interval '70 seconds'"
    await owner.execute(f"UPDATE authorization_code SET {past}")
    await owner.close()
    return await flow.exchange()


async def refreshed(flow: Flow, **more: Any) -> httpx.Response:
    tokens = (await flow.exchange()).json()
    return await refresh(flow.city, more.pop("token", tokens["refresh_token"]), **more)


async def by_a_token(flow: Flow, kind: str) -> httpx.Response:
    tokens = (await flow.exchange()).json()
    return await refresh(flow.city, tokens[kind])


async def by_the_code(flow: Flow) -> httpx.Response:
    return await refresh(flow.city, flow.code)


async def by_a_refresh_token_as_code(flow: Flow) -> httpx.Response:
    tokens = (await flow.exchange()).json()
    return await flow.exchange(code=tokens["refresh_token"])


async def without(flow: Flow, part: str) -> httpx.Response:
    fields: dict[str, Any] = {
        "grant_type": "authorization_code", "code": flow.code, "redirect_uri": CALLBACK,
        "code_verifier": flow.proof.verifier,
    }  # fmt: skip
    del fields[part]
    return await ask_token(flow.city, **fields)


FORGED: dict[str, Callable[[Flow], Awaitable[httpx.Response]]] = {
    "another's proof": lambda flow: flow.exchange(code_verifier=Proof().verifier),
    "the challenge as its proof": lambda flow: flow.exchange(code_verifier=flow.proof.challenge),
    "a proof with a letter more": lambda flow: flow.exchange(code_verifier=flow.proof.verifier + "a"),
    "a short proof": lambda flow: flow.exchange(code_verifier="short"),
    "an empty proof": lambda flow: flow.exchange(code_verifier=""),
    "no proof": lambda flow: without(flow, "code_verifier"),
    "no code": lambda flow: without(flow, "code"),
    "no address": lambda flow: without(flow, "redirect_uri"),
    "no kind of grant": lambda flow: without(flow, "grant_type"),
    "another address": lambda flow: flow.exchange(redirect_uri="http://door/elsewhere"),
    "a code of one's own making": lambda flow: flow.exchange(code="a" * 43),
    "a code cut short": lambda flow: flow.exchange(code=flow.code[:-1]),
    "an empty code": lambda flow: flow.exchange(code=""),
    "a wrong secret": lambda flow: flow.exchange(auth=("console", "wrong")),
    "an empty secret": lambda flow: flow.exchange(auth=("console", "")),
    "no secret": lambda flow: flow.exchange(auth=None, client_id="console"),
    "nobody": lambda flow: flow.exchange(auth=None),
    "another client's code": lambda flow: flow.exchange(auth=None, client_id="mobile"),
    "two clients at once": lambda flow: flow.exchange(client_id="mobile"),
    "a secret twice": lambda flow: flow.exchange(client_secret=SECRET),
    "a public client with a secret": lambda flow: flow.exchange(auth=("mobile", "a secret")),
    "a machine without pages": lambda flow: flow.exchange(auth=("needs", "wrong")),
    "a password": lambda flow: ask_token(flow.city, grant_type="password", username="hotline", password="x"),
    "an ended session": of_an_ended_session,
    "too late": too_late,
    "a refresh token of one's own making": lambda flow: refreshed(flow, token="a" * 43),
    "an empty refresh token": lambda flow: refreshed(flow, token=""),
    "another client's refresh token": lambda flow: refreshed(flow, auth=None, client_id="mobile"),
    "a refresh without a secret": lambda flow: refreshed(flow, auth=None, client_id="console"),
    "a refresh with a wrong secret": lambda flow: refreshed(flow, auth=("console", "wrong")),
    "a wider scope at refresh": lambda flow: refreshed(flow, scope="openid everything"),
    "an access token as refresh token": lambda flow: by_a_token(flow, "access_token"),
    "an ID token as refresh token": lambda flow: by_a_token(flow, "id_token"),
    "a code as refresh token": by_the_code,
    "a refresh token as code": by_a_refresh_token_as_code,
}


@pytest.mark.parametrize("forgery", FORGED)
async def test_a_forged_exchange_gives_no_token(city: City, forgery: str, figure: Figure) -> None:
    proof = Proof()
    answer = await FORGED[forgery](Flow(city, proof, await Browser(city).sign_in("head-361002100", proof)))
    assert answer.status_code in (400, 401), answer.text
    assert set(answer.json()) == {"error", "error_description"}
    assert answer.headers["cache-control"] == "no-store"
    figure("S10", forged_flows=1, let_in=0)


@pytest.mark.parametrize("kind", ["id_token", "refresh_token"])
async def test_only_an_access_token_opens_a_service(city: City, kind: str, figure: Figure) -> None:
    assert await reads_needs(city, (await signed_in(city))[kind]) == 401
    figure("S10", forged_flows=1, let_in=0)


async def test_a_code_is_worth_nothing_after_a_wrong_proof(city: City, figure: Figure) -> None:
    proof = Proof()
    flow = Flow(city, proof, await Browser(city).sign_in("head-361002100", proof))
    assert (await flow.exchange(code_verifier=Proof().verifier)).json()["error"] == "invalid_grant"
    assert (await flow.exchange()).json()["error"] == "invalid_grant"
    figure("S10", forged_flows=2, let_in=0)


async def test_a_browser_before_its_second_factor_gets_no_code(city: City, figure: Figure) -> None:
    browser, proof = Browser(city), Proof()
    page = await browser.open(proof.query())
    asked = await browser.send(page, step="password", name="city-manager", password="fuzhou-2026-trial")
    assert asked.status_code == 200
    assert (await browser.open(proof.query())).status_code == 200
    assert brought(await browser.open(proof.query(prompt="none")))["error"] == "login_required"
    figure("S10", forged_flows=2, let_in=0)


def test_there_are_forty_at_least() -> None:
    assert len(NOWHERE) + len(REFUSED) + len(FORGED) >= 40
