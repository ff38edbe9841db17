"""Following a need: the link comes by message, and shows plain Chinese and nothing of the person."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from deploy.postgres import Cluster
from shared.schemas.facts.matching import MatchExhausted
from tests.city import City, running
from tests.needs.asking import TUESDAY, asked, judged, moment
from tests.needs.matching_by_hand import MatchingByHand
from tests.people import FRONT_END, HEAD, OPERATOR, WORKER, need, person

UNKNOWN = "x" * 32


@pytest.fixture(scope="module")
async def patient(cluster: Cluster, folder: Path) -> AsyncIterator[City]:
    """A needs service that lets one address follow often, because all tests come from one."""
    async with running(cluster, folder, ("needs",), track_per_minute=1000) as city:
        yield city


async def messages(city: City, phone: str) -> list[str]:
    items = (await city.get("needs", "/messages?limit=200", OPERATOR)).json()["items"]
    return [item["text"] for item in items if item["phone"] == phone]


async def follow(city: City, token: str) -> httpx.Response:
    return await city.get("needs", f"/track/{token}")


async def token_of(city: City, phone: str, **changes: Any) -> tuple[dict[str, Any], str]:
    made = await asked(city, resident=person(phones=[{"number": phone}]), **changes)
    await city.let_time_pass(TUESDAY)
    (text,) = await messages(city, phone)
    found = re.search(r"/track/([A-Za-z0-9_-]+)$", text)
    assert found is not None, text
    return made, found[1]


async def test_the_link_comes_by_message_and_not_before_its_commit_is_done(patient: City) -> None:
    made = await asked(patient, resident=person(phones=[{"number": "13700000001"}]))
    assert made["tracking_token"] is None, "the operator's screen is not the asker's"
    assert await messages(patient, "13700000001") == []
    await patient.let_time_pass(TUESDAY)
    (text,) = await messages(patient, "13700000001")
    assert made["reference"] in text
    assert "王" not in text
    await patient.let_time_pass(TUESDAY + timedelta(days=1))
    assert len(await messages(patient, "13700000001")) == 1


async def test_an_operator_who_writes_for_an_app_sees_no_token(patient: City) -> None:
    assert (await asked(patient, channel="app"))["tracking_token"] is None


async def test_a_screen_that_is_the_askers_own_shows_the_token(patient: City) -> None:
    made = await asked(patient, channel="app", by=FRONT_END)
    assert (await follow(patient, made["tracking_token"])).json()["reference"] == made["reference"]


async def test_it_says_in_plain_chinese_what_comes_next_and_by_when(patient: City) -> None:
    made, token = await token_of(patient, "13700000002")
    seen = (await follow(patient, token)).json()
    assert seen == {
        "reference": made["reference"], "status": "registered", "status_zh": "已登记",
        "next_step": "您的需求已登记，社工站正在了解情况。", "expected_by": "2026-03-13T10:00:00+08:00",
        "expected_zh": "预计 3月13日（星期五）前与您联系", "updated": False,
    }  # fmt: skip


async def test_it_changes_as_the_need_does(patient: City) -> None:
    made, token = await token_of(patient, "13700000003")
    await judged(patient, made)
    assert "研判" in (await follow(patient, token)).json()["next_step"]
    await patient.post("needs", f"/needs/{made['id']}/contacts", WORKER, {"kind": "call"}, now=moment("03-10 11:00"))
    seen = (await follow(patient, token)).json()
    assert (seen["updated"], seen["expected_by"], seen["expected_zh"]) == (True, None, "社工已与您联系")
    await patient.post("needs", f"/needs/{made['id']}/withdraw", HEAD, {}, now=moment("03-10 12:00"))
    assert "撤回" in (await follow(patient, token)).json()["next_step"]


async def test_who_waits_is_told_their_place_the_pressing_first(patient: City) -> None:
    matching, category = MatchingByHand(patient), "counselling"
    urgencies = {"13700000011": "routine", "13700000012": "routine", "13700000013": "urgent"}
    asking = {phone: await token_of(patient, phone) for phone in urgencies}
    for phone, (made, _) in asking.items():
        await judged(patient, made, category=category, urgency=urgencies[phone])
        nobody = MatchExhausted(need_id=UUID(made["id"]), category=category, division=made["division"], asked=1)
        await matching.say(nobody, at=TUESDAY)
    told = [(await follow(patient, token)).json()["next_step"] for _, token in asking.values()]
    assert [re.findall(r"第(\d+)位", sentence) for sentence in told] == [["2"], ["3"], ["1"]]


async def test_it_shows_nothing_of_the_person(patient: City) -> None:
    _, token = await token_of(patient, "13700000004")
    answer = await follow(patient, token)
    for personal in ("王", "13700000004", "示例路", "送餐", "1952", "resident", "361002100"):
        assert personal not in answer.text
    assert answer.headers["cache-control"] == "no-store"


@contextmanager
def statements(city: City) -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    engine = city.house("needs").database.bind
    assert isinstance(engine, AsyncEngine)
    asked_for: list[str] = []

    def note(_: Any, __: Any, statement: str, *rest: Any) -> None:
        asked_for.append(statement)

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        yield asked_for
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", note)


async def test_for_a_token_that_does_not_exist_the_same_statements_run(patient: City) -> None:
    _, token = await token_of(patient, "13700000005")
    with statements(patient) as known:
        assert (await follow(patient, token)).status_code == 200
    with statements(patient) as unknown:
        assert (await follow(patient, UNKNOWN)).status_code == 404
    assert len(known) >= 3
    assert known == unknown


@pytest.mark.parametrize("token", ["x", "x" * 65, "%00" * 20, "' OR 1=1 --xxxxxx", "中" * 20])
async def test_what_can_be_no_token_is_refused_before_the_database_is_asked(patient: City, token: str) -> None:
    with statements(patient) as asked_for:
        assert (await follow(patient, token)).status_code in (404, 422)
    assert asked_for == []


async def test_the_token_is_kept_nowhere_in_the_clear(patient: City) -> None:
    _, token = await token_of(patient, "13700000006")
    owner = await patient.owner("needs")
    for table in ("need", "message", "twin_message", "timer", "fact", "idempotency"):
        everything = await owner.fetchval(f"SELECT string_agg(t::text, ' ') FROM {table} t")
        assert token not in everything, table
    await owner.close()


async def test_who_follows_too_often_is_told_when_to_come_back(needs_alone: City) -> None:
    answers = [await follow(needs_alone, UNKNOWN) for _ in range(31)]
    assert [answer.status_code for answer in answers] == [404] * 30 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60


async def test_who_calls_without_a_phone_gets_no_message(patient: City) -> None:
    made = await asked(patient, resident=person(phones=[]))
    await patient.let_time_pass(TUESDAY)
    owner = await patient.owner("needs")
    assert await owner.fetchval("SELECT count(*) FROM message WHERE need_id::text = $1", made["id"]) == 0
    await owner.close()


async def test_a_message_to_a_resident_goes_by_template_and_to_the_first_phone(patient: City) -> None:
    phones = [{"number": "13700000007"}, {"number": "13700000008", "owner": "child"}]
    made = await asked(patient, resident=person(phones=phones))
    path = f"/residents/{made['resident_id']}/messages"
    answer = await patient.post(
        "needs", path, WORKER, {"template": "visit", "parameters": {"when": "明天上午"}}, now=TUESDAY
    )
    assert (answer.status_code, answer.json()["phone_mask"]) == (202, "137****0007")
    await patient.let_time_pass(TUESDAY)
    assert "【抚州社工】社工将于明天上午与您联系，如需更改请致电社工站。" in await messages(patient, "13700000007")
    assert await messages(patient, "13700000008") == []


@pytest.mark.parametrize(
    "form",
    [
        {"template": "none"}, {"template": "visit"}, {"template": "visit", "parameters": {"x": "y"}},
        {"template": "visit", "parameters": {"when": 5}},
        {"template": "tracking", "parameters": {"reference": "XQ260310-000000-0", "link": "http://elsewhere.example"}},
    ],
)  # fmt: skip
async def test_a_message_without_its_template_or_its_words_is_refused(patient: City, form: dict[str, Any]) -> None:
    made = await asked(patient)
    answer = await patient.post("needs", f"/residents/{made['resident_id']}/messages", WORKER, form)
    assert answer.status_code == 422


async def test_the_twins_messages_are_not_for_production(cluster: Cluster, folder: Path) -> None:
    async with running(cluster, folder, ("needs",), environment="production") as production:
        assert (await production.post("needs", "/needs", OPERATOR, need())).status_code == 201
        assert (await production.get("needs", "/messages", OPERATOR)).status_code == 404
