"""The sign-in page (S11): hashes, locks, second factors, and a page that only our own site can use."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.postgres import Cluster
from services.identity.rules.second_factor import code_at, needs_second_factor, step_of, step_shown
from services.identity.service.development import OFTEN_TRIED, SAMPLE_FACTOR, SAMPLE_PASSWORD
from services.identity.service.seed import seed
from shared.schemas.access import Grant, Role
from tests.city import City, running
from tests.figures import Figure
from tests.identity.browser import Browser, Proof, code_of, exchange, proof_in, refresh
from tests.identity.setting_up import COUNTY, GOOD, link_for, new_account, rows, set_password, try_password
from tests.people import ADMINISTRATOR, STATION


async def test_six_wrong_passwords_within_a_minute_lock_the_name_even_for_the_right_one(
    city: City, figure: Figure
) -> None:  # fmt: skip
    answers = [await try_password(city, "officer-health", f"wrong {number}") for number in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    locked = await try_password(city, "officer-health", SAMPLE_PASSWORD)
    assert locked.status_code == 429
    assert 0 < int(locked.headers["retry-after"]) <= 301
    assert re.search(r"暂停登录到 \d\d:\d\d:\d\d", locked.text)
    owner = await city.owner("identity")
    await owner.execute("UPDATE lockout SET until = until - interval '5 minutes'")
    await owner.close()
    assert (await try_password(city, "officer-health", SAMPLE_PASSWORD)).status_code == 303
    figure("S11", locks=1)


async def test_guessing_at_once_gets_no_more_tries_than_guessing_in_turn(city: City) -> None:
    browser = Browser(city)
    page = await browser.open(Proof().query())
    fields = {"proof": proof_in(page), "step": "password", "name": "officer-education", "password": "wrong"}
    sent = [browser.http.post(page.request.url, data=fields) for _ in range(20)]
    statuses = [answer.status_code for answer in await asyncio.gather(*sent)]
    # On a busy machine some are told to come back (503); nobody gets a sixth try.
    assert 0 < statuses.count(401) <= 5
    assert set(statuses) <= {401, 429, 503}


async def test_an_unknown_name_is_answered_and_locked_like_a_known_one(city: City) -> None:
    known, unknown = "officer-justice", "nobody-at-all"
    pages = {name: [await try_password(city, name, "wrong") for _ in range(6)] for name in (known, unknown)}
    for one, other in zip(pages[known], pages[unknown], strict=True):
        assert one.status_code == other.status_code
        assert _alike(one.text, known) == _alike(other.text, unknown)
    kept = await rows(city, "SELECT t::text AS row FROM lockout t")
    assert not any(unknown in row["row"] for row in kept)


def _alike(text: str, name: str) -> str:
    text = re.sub(r"\d\d:\d\d:\d\d|<code>\d{6}</code>", "…", text.replace(name, "…"))
    return re.sub(r'name="proof" value="[^"]+"', "…", text)


@pytest.mark.parametrize(
    ("grant", "needed"),
    [
        (Grant(role=Role.COUNTY_MANAGER, divisions=("361002",)), True),
        (Grant(role=Role.HEAD_STATION, divisions=("361002",)), True),
        (Grant(role=Role.CITY_MANAGER, divisions=("3610",)), True),
        (Grant(role=Role.ADMINISTRATOR, divisions=("361002",)), True),
        (Grant(role=Role.AUDITOR), True),
        (Grant(role=Role.TOWNSHIP_MANAGER, divisions=("361002100",)), False),
        (Grant(role=Role.STATION_HEAD, stations=(str(STATION),)), False),
        (Grant(role=Role.PROVIDER_OFFICER, provider="health"), False),
    ],
)
def test_whoever_reaches_a_county_or_more_needs_a_second_factor(grant: Grant, needed: bool) -> None:
    assert needs_second_factor([grant]) is needed
    assert needs_second_factor([Grant(role=Role.RESIDENT), grant]) is needed


async def test_the_second_factor_is_asked_for_and_a_code_is_good_once(city: City, figure: Figure) -> None:
    await new_account(city, "two-steps", COUNTY)
    _, factor = await set_password(city, await link_for(city, "two-steps"))
    assert factor is not None
    owner = await city.owner("identity")
    await owner.execute("UPDATE account SET factor_step = NULL WHERE name = 'two-steps'")
    await owner.close()
    proof = Proof()
    answer = await Browser(city).sign_in("two-steps", proof, password=GOOD, factor=factor)
    assert (await exchange(city, answer, proof)).status_code == 200
    again = await Browser(city).sign_in("two-steps", Proof(), password=GOOD, factor=factor)
    assert again.status_code == 401
    assert "每 30 秒换一次" in again.text
    figure("S11", second_factors_asked_for=2)


async def test_the_code_cannot_be_guessed_either(city: City) -> None:
    browser = Browser(city)
    page = await browser.open(Proof().query())
    page = await browser.send(page, step="password", name="administrator-361003", password=SAMPLE_PASSWORD)
    now = {code_at(SAMPLE_FACTOR, step_of(datetime.now(UTC).timestamp()) + step) for step in range(-1, 3)}
    wrong = next(code for code in ("000000", "111111", "222222", "333333", "444444") if code not in now)
    statuses = []
    for _ in range(6):
        answer = await browser.send(page, step="code", code=wrong)
        statuses.append(answer.status_code)
    assert statuses == [401] * 5 + [429]
    assert (await browser.send(page, step="code", code=code_of(SAMPLE_FACTOR))).status_code == 429


async def test_the_code_comes_within_five_minutes_or_the_password_again(city: City) -> None:
    browser = Browser(city)
    page = await browser.open(Proof().query())
    page = await browser.send(page, step="password", name="auditor", password=SAMPLE_PASSWORD)
    owner = await city.owner("identity")
    await owner.execute("UPDATE sign_in SET started_at = started_at - interval '6 minutes' WHERE account = 'auditor'")
    await owner.close()
    answer = await browser.send(page, step="code", code=code_of(SAMPLE_FACTOR))
    assert answer.status_code == 401
    assert "这一步已过期" in answer.text


async def test_without_a_second_factor_nobody_of_a_county_gets_in(city: City) -> None:
    await new_account(city, "raised")
    await set_password(city, await link_for(city, "raised"))
    assert (await try_password(city, "raised", GOOD)).status_code == 303
    edit = {"grants": [COUNTY], "worker": None}
    assert (await city.put("identity", "/accounts/raised", ADMINISTRATOR, edit, version=2)).status_code == 200
    refused = await try_password(city, "raised", GOOD)
    assert refused.status_code == 401
    assert "第二步验证，但尚未设置" in refused.text


async def test_a_session_begun_with_less_ends_when_the_account_comes_to_reach_a_county(city: City) -> None:
    await new_account(city, "promoted")
    await set_password(city, await link_for(city, "promoted"))
    proof = Proof()
    answer = await Browser(city).sign_in("promoted", proof, password=GOOD)
    tokens = (await exchange(city, answer, proof)).json()
    edit = {"grants": [COUNTY], "worker": None}
    assert (await city.put("identity", "/accounts/promoted", ADMINISTRATOR, edit, version=2)).status_code == 200
    assert (await refresh(city, tokens["refresh_token"])).json()["error"] == "invalid_grant"


async def test_rfc_6238_test_vectors() -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")):
        assert code_at(secret, step_of(seconds)) == code
        assert step_shown(secret, code, at=seconds, after=None) == step_of(seconds)
        assert step_shown(secret, code, at=seconds + 29, after=None) == step_of(seconds)
        assert step_shown(secret, code, at=seconds + 90, after=None) is None
        assert step_shown(secret, code, at=seconds, after=step_of(seconds)) is None


async def test_a_form_from_another_site_is_not_taken(city: City, figure: Figure) -> None:
    here, elsewhere = Browser(city), Browser(city)
    page, theirs = await here.open(Proof().query()), await elsewhere.open(Proof().query())
    fields = {"step": "password", "name": "head-361002100", "password": SAMPLE_PASSWORD}
    forged: list[tuple[Browser, dict[str, str], dict[str, str]]] = [
        (here, fields, {}),
        (here, fields | {"proof": "guessed"}, {}),
        (here, fields | {"proof": proof_in(theirs)}, {}),
        (Browser(city), fields | {"proof": proof_in(page)}, {}),
        (here, fields | {"proof": proof_in(page)}, {"Sec-Fetch-Site": "cross-site"}),
    ]
    for browser, data, headers in forged:
        answer = await browser.http.post(page.request.url, data=data, headers=headers)
        assert answer.status_code == 403
        assert "location" not in answer.headers
        figure("S11", forms_from_elsewhere=1, taken=0)
    assert (await here.send(page, **fields)).status_code == 303


async def test_every_page_is_closed_to_scripts_and_frames_from_elsewhere(city: City, figure: Figure) -> None:
    await new_account(city, "paged", COUNTY)
    browser = Browser(city)
    link = await link_for(city, "paged")
    pages = [
        await browser.open(Proof().query()), await browser.open({"client_id": "nobody"}),
        await browser.open(path=link), await browser.open(path="/identity/v1/links/never"),
        await browser.open(path="/identity/v1/end-session"),
    ]  # fmt: skip
    pages.append(await browser.send(pages[0], step="password", name="city-manager", password=SAMPLE_PASSWORD))
    for page in pages:
        policy = page.headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["x-content-type-options"] == "nosniff"
        # Nothing inline: no script at all, no style, no handler, and nothing from outside this machine.
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|https?://", page.text)
        assert 'lang="zh-CN"' in page.text
        figure("S11", pages_closed=1)
    assert (await browser.http.get("/identity/assets/identity.css")).status_code == 200


async def test_cookies_are_read_by_no_script_and_sent_by_no_other_site(city: City) -> None:
    browser = Browser(city)
    answer = await browser.send(
        await browser.open(Proof().query()), step="password", name="head-361002100", password=SAMPLE_PASSWORD
    )
    said = answer.headers["set-cookie"]
    assert "HttpOnly" in said
    assert "SameSite=lax" in said
    assert "Path=/identity" in said


async def test_signing_in_and_its_refusals_are_in_the_trail(city: City) -> None:
    await new_account(city, "trailed")
    await set_password(city, await link_for(city, "trailed"))
    await try_password(city, "trailed", "wrong")
    await try_password(city, "trailed", GOOD)
    written = await rows(
        city,
        "SELECT act, outcome FROM audit_entry WHERE subject = (SELECT id FROM account WHERE name = 'trailed')"
        " ORDER BY number",
    )
    assert [(row["act"], row["outcome"]) for row in written] == [
        ("make_link", "made"), ("set_password", "set"), ("sign_in", "refused: wrong_password"),
        ("sign_in", "signed in"),
    ]  # fmt: skip


@pytest.fixture
async def production(cluster: Cluster, folder: Path) -> AsyncIterator[City]:
    """Identity in production, over a database that knows the sample accounts from before."""
    async with running(cluster, folder, ("identity",), environment="production") as made:
        from tests.identity.browser import SECRET

        database = made.house("identity").database
        await seed(database, secrets={"console": SECRET}, with_samples=True, is_production=False)
        yield made


async def test_production_shows_no_help_and_lets_no_sample_account_in(production: City) -> None:
    page = await Browser(production).open(Proof().query())
    assert page.status_code == 200
    assert SAMPLE_PASSWORD not in page.text
    assert "试用" not in page.text
    assert (await try_password(production, "head-361002100", SAMPLE_PASSWORD)).status_code == 401


async def test_development_shows_the_password_and_the_code_of_the_moment(city: City) -> None:
    page = await Browser(city).open(Proof().query(login_hint="city-manager"))
    assert SAMPLE_PASSWORD in page.text
    assert 'value="city-manager"' in page.text
    assert re.search(r"现在是 <code>\d{6}</code>", page.text)
    known = {row["name"] for row in await rows(city, "SELECT name FROM account WHERE is_sample AND is_active")}
    assert set(OFTEN_TRIED) <= known


async def test_whoever_tries_too_often_from_one_address_is_told_when_to_come_back(
    cluster: Cluster, folder: Path
) -> None:  # fmt: skip
    async with running(cluster, folder, ("identity",), sign_in_per_minute=3) as alone:
        await seed(alone.house("identity").database, secrets={}, with_samples=False, is_production=False)
        back = {"client_id": "mobile", "redirect_uri": "fuzhou-mobile:/callback"}
        browser = Browser(alone)
        page = await browser.open(Proof().query(**back))
        answers = [await browser.send(page, step="password", name=f"n{n}", password="x") for n in range(4)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
    assert int(answers[-1].headers["retry-after"]) > 0


async def test_row_level_security_keeps_credentials_from_everybody_else(city: City) -> None:
    from sqlalchemy import text

    from shared.kit.database import Context

    database = city.house("identity").database
    for who in (Context(actor="x"), Context(actor="x", divisions=("*",)), Context(actor="x", machine="identity.token")):
        async with database.work(who) as session:
            for table in ("authorization_code", "refresh_token", "lockout"):
                assert await session.scalar(text(f"SELECT count(*) FROM {table}")) == 0
    async with database.work(Context(actor="head-361002101", own=True)) as session:
        assert await session.scalar(text("SELECT count(*) FROM sign_in")) == 0
