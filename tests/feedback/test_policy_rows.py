"""How people are asked is a reference row: window, reminder and hours follow it, and no reminder comes at night."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from deploy.postgres import Cluster
from services.feedback.models import Survey
from services.feedback.rules.hours import next_asking_moment
from services.feedback.rules.script import SCRIPT
from shared.schemas.reference import SurveyPolicy
from tests.city import City, running
from tests.feedback.asking import announced, ended, hear, links, say, served, survey_of
from tests.needs.asking import TUESDAY, moment
from tests.people import ADMINISTRATOR

POLICY: dict[str, Any] = {
    "days_open": 5, "reminder_after_days": 2, "asks_from": "09:00", "asks_until": "18:00", "call_back_share": 0.5,
    "standing": "sample",
}  # fmt: skip


@pytest.fixture
async def patient(cluster: Cluster, folder: Path) -> AsyncIterator[City]:
    async with running(cluster, folder, ("needs", "feedback")) as city:
        await city.settle()
        yield city


async def write_row(city: City, **changes: Any) -> None:
    body = {"valid_from": "2026-03-01", "source": "抚州市民政局示例规则", "body": POLICY | changes}
    answer = await city.put("needs", "/reference/survey_policy/survey", ADMINISTRATOR, body, version=0, now=TUESDAY)
    assert answer.status_code == 200, answer.text
    await city.settle()


async def test_window_reminder_and_hours_follow_the_row(patient: City) -> None:
    await write_row(patient)
    made = await served(patient, "13600000041", at=moment("03-10 18:30"))
    survey = await survey_of(patient, UUID(made["id"]))
    assert survey.closes_at == moment("03-16 09:00"), "five days from when people may be asked"
    expected = {"03-11 08:59": 0, "03-11 09:00": 1, "03-13 08:59": 1, "03-13 09:00": 2, "03-20 10:00": 2}
    for at, count in expected.items():
        await patient.let_time_pass(moment(at))
        assert len(await links(patient, "13600000041")) == count, at
    (closed,) = await announced(patient, survey.id, "survey_closed")
    assert datetime.fromisoformat(closed["closed_at"]) == survey.closes_at


async def test_the_months_share_that_is_called_back_follows_the_row(patient: City) -> None:
    await write_row(patient)
    for _ in range(4):
        await hear(patient, ended())
    await patient.house("feedback").timers.fire_until(moment("04-01 00:00"))
    owner = await patient.owner("feedback")
    assert await owner.fetchval("SELECT cardinality(chosen) FROM sample WHERE month = '2026-03-01'") == 2
    await owner.close()


async def invited(city: City, phone: str) -> Survey:
    made = await served(city, phone)
    await city.let_time_pass(moment("03-10 10:01"))
    assert len(await links(city, phone)) == 1
    return await survey_of(city, UUID(made["id"]))


async def test_a_reminder_that_falls_into_the_night_waits_for_the_morning(patient: City) -> None:
    survey = await invited(patient, "13600000042")
    owner = await patient.owner("feedback")
    # As if the reminder had been held up until late.
    query = "UPDATE timer SET due = $2 WHERE subject = $1 AND kind = 'survey_remind'"
    assert await owner.execute(query, str(survey.id), moment("03-13 22:15")) == "UPDATE 1"
    await owner.close()
    await patient.let_time_pass(moment("03-14 07:59"))
    assert len(await links(patient, "13600000042")) == 1
    await patient.let_time_pass(moment("03-14 08:00"))
    assert len(await links(patient, "13600000042")) == 2
    await patient.let_time_pass(moment("03-25 10:00"))
    assert len(await links(patient, "13600000042")) == 2


async def test_who_has_answered_is_not_reminded(patient: City) -> None:
    survey = await invited(patient, "13600000043")
    assert (await say(patient, survey.token)).status_code == 200
    await patient.let_time_pass(moment("03-25 10:00"))
    assert len(await links(patient, "13600000043")) == 1


async def test_no_fact_and_no_timer_holds_a_link(patient: City) -> None:
    survey = await invited(patient, "13600000044")
    token = (await links(patient, "13600000044"))[0]
    assert survey.token == token
    await patient.let_time_pass(moment("03-14 10:00"))
    await say(patient, token, now=moment("03-14 10:00"))
    for service in ("needs", "feedback"):
        owner = await patient.owner(service)
        for table in ("fact", "timer"):
            everything = await owner.fetchval(f"SELECT string_agg(t::text, ' ') FROM {table} t") or ""
            assert token not in everything, (service, table)
        await owner.close()


@pytest.mark.parametrize(
    ("at", "asked_at"),
    [("03-10 08:00", "03-10 08:00"), ("03-10 19:59", "03-10 19:59"), ("03-10 20:00", "03-11 08:00"),
     ("03-10 23:59", "03-11 08:00"), ("03-11 00:00", "03-11 08:00"), ("03-11 07:59", "03-11 08:00")],
)  # fmt: skip
async def test_people_are_asked_by_day_in_fuzhou(at: str, asked_at: str) -> None:
    opens, closes = (datetime.fromisoformat(f"2026-01-01T{hour}").time() for hour in ("08:00", "20:00"))
    assert next_asking_moment(moment(at), opens, closes) == moment(asked_at)


@pytest.mark.parametrize(
    "wrong", [{"asks_from": "20:00", "asks_until": "08:00"}, {"reminder_after_days": 5}, {"days_open": 0}]
)
async def test_a_row_that_asks_at_night_or_reminds_after_the_window_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"asks_from|reminder|greater"):
        SurveyPolicy.model_validate(POLICY | wrong)


async def test_the_script_asks_the_three_questions_and_names_nobody() -> None:
    said = "".join(SCRIPT)
    assert all(word in said for word in ("联系", "解决", "打分", "不会告诉经办人"))
    assert "{" not in said
