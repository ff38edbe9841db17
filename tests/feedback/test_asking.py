"""Each episode that ends is asked about once: by day, by a link that nobody else sees, with one reminder."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from shared.schemas.vocabulary import Outcome
from tests.city import City
from tests.feedback.asking import announced, ended, hear, links, served, survey_of
from tests.needs.asking import TUESDAY, moment
from tests.people import OPERATOR


@pytest.fixture(autouse=True)
async def informed(city: City) -> City:
    await city.settle()
    return city


async def test_who_was_helped_gets_one_link_and_the_fact_does_not_hold_it(city: City) -> None:
    made = await served(city, "13600000001")
    await city.let_time_pass(TUESDAY + timedelta(minutes=1))
    (token,) = await links(city, "13600000001")
    survey = await survey_of(city, UUID(made["id"]))
    (invited,) = await announced(city, survey.id, "survey_invited")
    assert token not in str(invited)
    assert (await city.client("feedback").get(f"/surveys/{token}")).json()["is_answered"] is False


async def test_the_link_is_kept_nowhere_in_the_clear(city: City) -> None:
    await served(city, "13600000002")
    await city.let_time_pass(TUESDAY + timedelta(minutes=1))
    (token,) = await links(city, "13600000002")
    for service, tables in {
        "feedback": ("survey", "timer", "fact", "idempotency"), "needs": ("message", "timer", "fact", "idempotency"),
    }.items():  # fmt: skip
        owner = await city.owner(service)
        for table in tables:
            everything = await owner.fetchval(f"SELECT string_agg(t::text, ' ') FROM {table} t")
            assert token not in (everything or ""), table
        await owner.close()


async def test_heard_again_the_same_episode_has_the_same_one_survey(city: City) -> None:
    fact = ended()
    await hear(city, fact, fact)
    await hear(city, fact)
    assert (await survey_of(city, fact.need_id)).episode == 1
    owner = await city.owner("feedback")
    survey = await survey_of(city, fact.need_id)
    assert await owner.fetchval("SELECT count(*) FROM timer WHERE subject = $1", str(survey.id)) == 2
    await owner.close()


async def test_nobody_is_asked_at_night(city: City) -> None:
    late = moment("04-14 22:30")
    await served(city, "13600000003", at=late)
    await city.let_time_pass(moment("04-15 07:59"))
    assert await links(city, "13600000003") == []
    await city.let_time_pass(moment("04-15 08:00"))
    assert len(await links(city, "13600000003")) == 1


async def test_there_is_one_reminder_and_never_a_third_message(city: City) -> None:
    await served(city, "13600000004", at=moment("04-20 10:00"))
    await city.let_time_pass(moment("04-23 09:59"))
    assert len(await links(city, "13600000004")) == 1
    await city.let_time_pass(moment("04-23 10:00"))
    assert len(await links(city, "13600000004")) == 2
    await city.let_time_pass(moment("05-20 10:00"))
    assert len(set(await links(city, "13600000004"))) == 1
    assert len(await links(city, "13600000004")) == 2


async def test_when_the_window_ends_the_survey_closes_unanswered(city: City) -> None:
    fact = ended(at=moment("05-01 10:00"))
    await hear(city, fact, at=fact.resolved_at)
    await city.let_time_pass(moment("05-09 10:00"))
    survey = await survey_of(city, fact.need_id)
    (closed,) = await announced(city, survey.id, "survey_closed")
    assert (closed["is_answered"], survey.status) == (False, "closed")


@pytest.mark.parametrize("outcome", [Outcome.MOVED, Outcome.UNREACHABLE, Outcome.REFUSED])
async def test_whoever_states_the_end_cannot_keep_the_person_from_being_asked(city: City, outcome: Outcome) -> None:
    fact = ended(outcome=outcome)
    await hear(city, fact)
    assert (await survey_of(city, fact.need_id)).status == "waiting"


async def test_where_the_person_died_nobody_is_asked_and_it_closes_at_once(city: City) -> None:
    fact = ended(outcome=Outcome.DIED)
    await hear(city, fact)
    survey = await survey_of(city, fact.need_id)
    assert (survey.status, survey.token) == ("not_asked", None)
    assert len(await announced(city, survey.id, "survey_closed")) == 1
    assert await announced(city, survey.id, "survey_invited") == []


async def test_who_has_no_phone_on_file_is_on_the_list_of_calls_with_a_script_and_without_who_handled_it(
    city: City,
) -> None:
    made = await served(city, None, at=moment("06-02 10:00"))
    await city.let_time_pass(moment("06-02 10:01"))
    items = (await city.get("feedback", "/callbacks?limit=200", OPERATOR)).json()["items"]
    (call,) = [item for item in items if item["resident_id"] == made["resident_id"]]
    assert call["reason"] == "no_link"
    assert any("解决" in sentence for sentence in call["script"])
    assert not {"station_id", "provider", "handler", "account", "need_id"} & set(call)


@pytest.fixture
async def needs_away(city: City) -> AsyncIterator[list[bool]]:
    """While the list holds True, needs' counter does not answer feedback."""
    away = [True]
    reached = city.network.handle_async_request

    async def sometimes(request: httpx.Request) -> httpx.Response:
        if away[0] and request.url.host == "needs":
            raise httpx.ConnectError("nobody there", request=request)
        return await reached(request)

    city.network.handle_async_request = sometimes  # type: ignore[method-assign]
    yield away
    city.network.handle_async_request = reached  # type: ignore[method-assign]


async def test_while_needs_is_away_the_invitation_waits_and_then_goes_out_once(
    city: City, needs_away: list[bool]
) -> None:
    await served(city, "13600000005", at=moment("07-01 10:00"))
    await city.let_time_pass(moment("07-01 10:03"))
    assert await links(city, "13600000005") == []
    needs_away[0] = False
    await city.let_time_pass(moment("07-01 11:00"))
    assert len(await links(city, "13600000005")) == 1


async def test_an_invitation_that_is_run_twice_sends_one_message(city: City) -> None:
    made = await served(city, "13600000006", at=moment("07-06 10:00"))
    survey = await survey_of(city, UUID(made["id"]))
    await city.let_time_pass(moment("07-06 10:01"))
    owner = await city.owner("feedback")
    # As if the process had died between the message and its own commit.
    await owner.execute("UPDATE survey SET status = 'waiting' WHERE id = $1", survey.id)
    await owner.execute(
        "INSERT INTO timer (id, kind, subject, due, payload) VALUES (gen_random_uuid(), 'survey_invite', $1, $2, '{}')",
        str(survey.id), moment("07-06 10:05"),
    )  # fmt: skip
    await owner.close()
    await city.let_time_pass(moment("07-06 10:06"))
    assert len(await links(city, "13600000006")) == 1
