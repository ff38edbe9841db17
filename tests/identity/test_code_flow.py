"""People sign in by the authorization code flow with proof (OpenID Connect, PKCE), and stay for a working day."""

import time

import httpx
from joserfc import jwt

from shared.schemas.access import Role
from tests.city import ISSUER, SIGNING_KEY, City, Person
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


async def test_a_station_head_signs_in_and_reads_needs(city: City) -> None:
    browser, proof = Browser(city), Proof()
    answer = await browser.sign_in("head-361002100", proof)
    assert answer.headers["location"].startswith(CALLBACK + "?")
    back = brought(answer)
    assert (back["state"], back["iss"]) == (proof.state, ISSUER)
    tokens = (await exchange(city, answer, proof)).json()
    assert (tokens["token_type"], tokens["expires_in"], tokens["scope"]) == ("Bearer", 600, "openid")
    assert await reads_needs(city, tokens["access_token"]) == 200


async def test_the_id_token_says_who_when_and_how_to_the_client_that_asked(city: City) -> None:
    browser, proof = Browser(city), Proof()
    tokens = (await exchange(city, await browser.sign_in("city-manager", proof), proof)).json()
    said = jwt.decode(tokens["id_token"], SIGNING_KEY, algorithms=["ES256"]).claims
    assert (said["iss"], said["aud"], said["sub"], said["nonce"]) == (ISSUER, "console", "city-manager", proof.nonce)
    assert said["amr"] == ["pwd", "otp", "mfa"]
    assert abs(said["auth_time"] - time.time()) < 10
    access = jwt.decode(tokens["access_token"], SIGNING_KEY, algorithms=["ES256"])
    assert access.header["typ"] == "at+jwt"
    assert access.claims["session"] == said["sid"]
    assert (access.claims["client_id"], access.claims["kind"]) == ("console", "person")
    assert access.claims["exp"] - access.claims["iat"] <= 600


async def test_who_is_signed_in_goes_on_without_a_page_unless_the_client_wants_it(city: City) -> None:
    browser = Browser(city)
    await signed_in(city, browser=browser)
    assert "code" in brought(await browser.open(Proof().query()))
    assert "code" in brought(await browser.open(Proof().query(prompt="none")))
    assert (await browser.open(Proof().query(prompt="login"))).status_code == 200
    assert (await browser.open(Proof().query(max_age="0"))).status_code in (200, 303)
    stranger = await Browser(city).open(Proof().query(prompt="none"))
    assert brought(stranger)["error"] == "login_required"


async def test_the_mobile_application_signs_in_without_a_secret_and_back_to_its_own_port(city: City) -> None:
    proof, back = Proof(), "http://127.0.0.1:53211/callback"
    answer = await Browser(city).sign_in("head-361002100", proof, client_id="mobile", redirect_uri=back)
    assert answer.headers["location"].startswith(back + "?")
    given = await exchange(city, answer, proof, auth=None, client_id="mobile", redirect_uri=back)
    assert given.status_code == 200, given.text
    again = await refresh(city, given.json()["refresh_token"], auth=None, client_id="mobile")
    assert again.status_code == 200


async def test_userinfo_tells_what_the_token_tells(city: City) -> None:
    token = (await signed_in(city))["access_token"]
    answer = await city.client("identity").get("/userinfo", headers={"Authorization": f"Bearer {token}"})
    assert answer.json() == {
        "sub": "head-361002100", "preferred_username": "head-361002100", "worker": "361002100-head",
        "roles": ["station_head"],
    }  # fmt: skip


async def test_a_refresh_token_is_good_once_and_its_successor_carries_on(city: City) -> None:
    first = await signed_in(city)
    second = (await refresh(city, first["refresh_token"])).json()
    third = (await refresh(city, second["refresh_token"])).json()
    assert len({each["refresh_token"] for each in (first, second, third)}) == 3
    assert await reads_needs(city, third["access_token"]) == 200
    assert third["refresh_token_expires_in"] <= first["refresh_token_expires_in"] <= 8 * 3600


async def test_an_answer_that_was_lost_can_be_asked_for_again_at_once(city: City) -> None:
    first = await signed_in(city)
    lost = (await refresh(city, first["refresh_token"])).json()
    again = await refresh(city, first["refresh_token"])
    assert again.status_code == 200
    carried_on = await refresh(city, again.json()["refresh_token"])
    assert carried_on.status_code == 200
    # What was lost is void: whoever has it is not who asked again.
    assert (await refresh(city, lost["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await refresh(city, carried_on.json()["refresh_token"])).json()["error"] == "invalid_grant"


async def test_a_refresh_token_shown_twice_ends_the_session_everywhere(city: City) -> None:
    first = await signed_in(city)
    second = (await refresh(city, first["refresh_token"])).json()
    third = (await refresh(city, second["refresh_token"])).json()
    assert (await refresh(city, first["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await refresh(city, third["refresh_token"])).json()["error"] == "invalid_grant"
    await city.settle()
    assert await reads_needs(city, third["access_token"]) == 401


async def test_a_code_shown_twice_ends_the_session_everywhere(city: City) -> None:
    browser, proof = Browser(city), Proof()
    answer = await browser.sign_in("head-361002100", proof)
    tokens = (await exchange(city, answer, proof)).json()
    assert (await exchange(city, answer, proof)).json()["error"] == "invalid_grant"
    await city.settle()
    assert await reads_needs(city, tokens["access_token"]) == 401
    assert (await refresh(city, tokens["refresh_token"])).json()["error"] == "invalid_grant"


async def test_people_see_and_end_their_own_sessions_and_administrators_those_of_their_accounts(city: City) -> None:
    tokens = await signed_in(city, "worker-361002100-1")
    mine = {"Authorization": f"Bearer {tokens['access_token']}"}
    listed = (await city.client("identity").get("/sessions", headers=mine)).json()["items"]
    assert {each["account"] for each in listed} == {"worker-361002100-1"}
    (session,) = listed
    county = Person.of(Role.ADMINISTRATOR, "administrator-361002", divisions=("361002",))
    elsewhere = Person.of(Role.ADMINISTRATOR, "administrator-361021", divisions=("361021",))
    for account, is_there in (("worker-361002100-1", True), ("head-361002100", False)):
        found = (await city.get("identity", f"/sessions?account={account}", county)).json()["items"]
        assert (session["id"] in [each["id"] for each in found]) is is_there
    path = f"/sessions/{session['id']}/end"
    assert (await city.post("identity", path, elsewhere)).status_code == 404
    assert (await city.post("identity", path, county)).status_code == 200
    await city.settle()
    assert await reads_needs(city, tokens["access_token"]) == 401
    assert (await refresh(city, tokens["refresh_token"])).json()["error"] == "invalid_grant"


async def test_signing_out_at_a_client_ends_the_session_and_leads_on(city: City) -> None:
    browser = Browser(city)
    tokens = await signed_in(city, browser=browser)
    leaving = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": "http://door/", "state": "s"}
    answer = await browser.open(leaving, path="/identity/v1/end-session")
    assert (answer.status_code, answer.headers["location"]) == (303, "http://door/?state=s")
    await city.settle()
    assert await reads_needs(city, tokens["access_token"]) == 401
    assert (await browser.open(Proof().query())).status_code == 200


async def test_a_client_signs_out_without_a_token_in_any_address(city: City) -> None:
    browser = Browser(city)
    tokens = await signed_in(city, browser=browser)
    leaving = {"client_id": "console", "post_logout_redirect_uri": "http://door/"}
    assert (await browser.open(leaving, path="/identity/v1/end-session")).status_code == 200
    assert (await give_back(city, tokens["refresh_token"])).status_code == 200
    answer = await browser.open(leaving, path="/identity/v1/end-session")
    assert (answer.status_code, answer.headers["location"]) == (303, "http://door/")
    unknown = leaving | {"post_logout_redirect_uri": "https://elsewhere.example/"}
    assert "location" not in (await browser.open(unknown, path="/identity/v1/end-session")).headers


async def give_back(city: City, token: str, secret: str = SECRET) -> httpx.Response:
    transport = httpx.ASGITransport(city.apps["identity"])
    async with httpx.AsyncClient(transport=transport, base_url="http://door", auth=("console", secret)) as client:
        return await client.post("/identity/v1/revoke", data={"token": token})


async def test_signing_out_asks_first_where_nobody_says_who_and_leads_nowhere_unknown(city: City) -> None:
    browser = Browser(city)
    tokens = await signed_in(city, browser=browser)
    away = {"post_logout_redirect_uri": "https://elsewhere.example/"}
    page = await browser.open(away, path="/identity/v1/end-session")
    assert page.status_code == 200
    assert (await refresh(city, tokens["refresh_token"])).status_code == 200
    assert (await browser.send(page)).status_code == 200
    assert (await browser.open(Proof().query())).status_code == 200
    named = await browser.open(away | {"id_token_hint": tokens["id_token"]}, path="/identity/v1/end-session")
    assert named.status_code == 200


async def test_a_client_gives_a_token_back(city: City) -> None:
    tokens = await signed_in(city)
    refused = await give_back(city, tokens["refresh_token"], "wrong")
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    assert (await give_back(city, tokens["access_token"])).json()["error"] == "unsupported_token_type"
    assert (await give_back(city, "never")).status_code == 200
    assert (await give_back(city, tokens["refresh_token"])).status_code == 200
    assert (await refresh(city, tokens["refresh_token"])).json()["error"] == "invalid_grant"
    await city.settle()
    assert await reads_needs(city, tokens["access_token"]) == 401


async def test_a_session_ends_with_the_day_and_after_an_hour_of_silence(city: City) -> None:
    owner = await city.owner("identity")
    for column in ("ends_at", "seen_at"):
        tokens = await signed_in(city, "worker-361002100-2")
        await owner.execute(
            f"UPDATE sign_in SET {column} = {column} - interval '9 hours' WHERE account = 'worker-361002100-2'"
        )
        assert (await refresh(city, tokens["refresh_token"])).json()["error"] == "invalid_grant"
    await owner.close()


async def test_an_ended_account_refreshes_no_more(city: City) -> None:
    administrator = Person.of(Role.ADMINISTRATOR, divisions=("3610",))
    tokens = await signed_in(city, "head-361021100")
    assert (await city.post("identity", "/accounts/head-361021100/end", administrator)).status_code == 200
    assert (await refresh(city, tokens["refresh_token"])).json()["error"] == "invalid_grant"
    answer = await ask_token(city, grant_type="authorization_code")
    assert answer.json()["error"] == "invalid_request"
