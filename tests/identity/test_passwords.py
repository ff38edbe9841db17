"""Passwords: set by a one-time link, kept by argon2id, told to nobody (S11)."""

import re

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from structlog.testing import capture_logs

from services.identity.rules.passwords import what_is_weak
from services.identity.service.development import SAMPLE_PASSWORD
from services.identity.service.passwords import hash_of
from shared.schemas.access import Role
from tests.city import City, Person
from tests.figures import Figure
from tests.identity.browser import Browser, Proof, brought, code_of, exchange, secret_on
from tests.identity.setting_up import COUNTY, GOOD, link_for, new_account, rows, set_password, try_password
from tests.people import COUNTY_ADMINISTRATOR


async def test_passwords_are_kept_by_argon2id_as_rfc_9106_recommends(city: City, figure: Figure) -> None:
    (sample,) = await rows(city, "SELECT password_hash FROM account WHERE name = 'hotline'")
    for kept in (sample["password_hash"], await hash_of(GOOD)):
        assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
        figure("S11", argon2id_hashes=1)
    assert PasswordHash((Argon2Hasher(),)).verify(SAMPLE_PASSWORD, sample["password_hash"])


async def test_the_first_password_is_set_by_a_one_time_link_and_by_nobody_else(city: City) -> None:
    await new_account(city, "first-day")
    assert (await try_password(city, "first-day", "")).status_code == 401
    link = await link_for(city, "first-day")
    answer, factor = await set_password(city, link)
    assert (answer.status_code, factor) == (200, None)
    assert (await try_password(city, "first-day", GOOD)).status_code == 303
    spent = await Browser(city).open(path=link)
    assert spent.status_code == 404
    assert "请联系管理员再开一个" in spent.text
    shown = (await city.get("identity", "/accounts/first-day", COUNTY_ADMINISTRATOR)).json()
    assert shown["must_reset"] is False


async def test_only_the_newest_link_is_good_and_only_for_a_day(city: City) -> None:
    await new_account(city, "impatient")
    first, second = await link_for(city, "impatient"), await link_for(city, "impatient")
    assert (await Browser(city).open(path=first)).status_code == 404
    assert (await Browser(city).open(path=second)).status_code == 200
    owner = await city.owner("identity")
    await owner.execute("UPDATE link SET ends_at = ends_at - interval '24 hours' WHERE account = 'impatient'")
    await owner.close()
    assert (await Browser(city).open(path=second)).status_code == 404


async def test_links_are_made_by_administrators_of_the_accounts_divisions_only(city: City) -> None:
    elsewhere = Person.of(Role.ADMINISTRATOR, "administrator-361021", divisions=("361021",))
    for person, status in ((elsewhere, 404), (Person.of(Role.CITY_MANAGER, divisions=("3610",)), 403)):
        answer = await city.post("identity", "/accounts/head-361002100/links", person, {})
        assert answer.status_code == status
    wider = await city.post("identity", "/accounts/city-manager/links", COUNTY_ADMINISTRATOR, {})
    assert wider.status_code == 404


async def test_a_new_password_ends_every_session_of_before(city: City) -> None:
    await new_account(city, "forgetful")
    await set_password(city, await link_for(city, "forgetful"))
    browser = Browser(city)
    await browser.sign_in("forgetful", Proof(), password=GOOD)
    assert "code" in brought(await browser.open(Proof().query()))
    await set_password(city, await link_for(city, "forgetful"), "另一个 很长的 新密码 37")
    assert (await browser.open(Proof().query())).status_code == 200
    assert (await try_password(city, "forgetful", GOOD)).status_code == 401


async def test_a_stolen_link_is_not_enough_where_there_is_a_second_factor(city: City) -> None:
    await new_account(city, "careful", COUNTY)
    _, factor = await set_password(city, await link_for(city, "careful"))
    link, browser = await link_for(city, "careful"), Browser(city)
    page = await browser.open(path=link)
    assert "secret" not in page.text
    refused = await browser.send(page, password=GOOD, again=GOOD, code="000000")
    assert refused.status_code == 422
    renewed, other = await set_password(city, await link_for(city, "careful", renew_second_factor=True))
    assert (renewed.status_code, other in (None, factor)) == (200, False)


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("short", False), ("aaaaaaaaaaaaaaaa", False), ("password1234", False), ("123456123456", False),
        ("my-account-2026", False), ("x" * 129, False), (GOOD, True), ("correct horse battery staple", True),
    ],
)  # fmt: skip
def test_a_long_password_is_good_and_a_common_one_is_not(password: str, good: bool) -> None:
    assert (what_is_weak(password, account="my-account") is None) is good


async def test_what_is_wrong_stands_beside_its_field_and_says_what_to_do(city: City) -> None:
    await new_account(city, "typing", COUNTY)
    browser = Browser(city)
    page = await browser.open(path=await link_for(city, "typing"))
    answer = await browser.send(page, password="short", again="other", code="000000")
    assert answer.status_code == 422
    for field, said in (("password", "至少 12 个字符"), ("code", "每 30 秒换一次")):
        assert re.search(rf'id="{field}-error"[^\n]*{said}', answer.text)
        assert re.search(rf'<input id="{field}"[^>]*aria-invalid="true"', answer.text)
    unlike = await browser.send(page, password=GOOD, again="another one", code=code_of(secret_on(page)))
    assert "两次输入的密码不一样" in unlike.text


async def test_no_password_code_token_or_link_is_logged_or_kept(city: City) -> None:
    await new_account(city, "canary", COUNTY)
    with capture_logs() as logged:
        link = await link_for(city, "canary")
        _, factor = await set_password(city, link)
        owner = await city.owner("identity")
        await owner.execute("UPDATE account SET factor_step = NULL WHERE name = 'canary'")
        proof = Proof()
        browser = Browser(city)
        answer = await browser.sign_in("canary", proof, password=GOOD, factor=factor)
        tokens = (await exchange(city, answer, proof)).json()
        cookies = list(browser.http.cookies.values())
    hidden = [
        GOOD, link.rsplit("/", 1)[1], str(factor), brought(answer)["code"], proof.verifier, tokens["access_token"],
        tokens["refresh_token"], tokens["id_token"], *cookies,
    ]  # fmt: skip
    assert len(logged) >= 6
    assert [secret for secret in hidden if secret in str(logged)] == []
    tables = await owner.fetch("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")
    for table in tables:
        for row in await owner.fetch(f"SELECT t::text AS row FROM {table['name']} t"):
            assert [secret for secret in hidden if secret in row["row"]] == [], table["name"]
    await owner.close()
