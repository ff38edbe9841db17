"""News at the desk: that something changed and its id, for those whom it concerns, while they are signed in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from services.console.errors import SignInNeeded
from services.console.pages.room import COOKIE
from services.console.service import news, sessions
from shared.kit.clock import wall_clock
from shared.kit.streams.follower import Ending
from tests.city import City, Person
from tests.console.browsing import Browser, at_desk, browser
from tests.console.telling import streams_told
from tests.kit.following import Following, following
from tests.matching.people import SECOND, officer
from tests.people import HEAD, OPERATOR, OTHER_HEAD, need


@asynccontextmanager
async def listening(city: City, by: Person, desk: Browser | None = None) -> AsyncIterator[Following]:
    """A screen that hears the news."""
    desk = desk or await at_desk(city, by, now=wall_clock())
    headers = {"Cookie": f"{COOKIE}={desk.client.cookies[COOKIE]}"}
    with streams_told(city):
        async with following(city.apps["console"], "/desk/news", headers) as screen:
            await screen.until("retry: 3000")
            yield screen


async def registered(city: City) -> str:
    answer = await city.post("needs", "/needs", OPERATOR, need())
    id: str = answer.json()["id"]
    return id


async def followed(city: City, service: str, by: Person, *, count: int = 1) -> None:
    """Until so many of somebody's streams are open there."""
    hub = city.house(service).hub
    assert hub is not None
    for _ in range(500):
        if hub.count_of(by.subject) == count:
            break
        await asyncio.sleep(0.02)
    assert hub.count_of(by.subject) == count
    # Whoever has come in joins once it has read up to now.
    await asyncio.sleep(0.3)


async def test_a_screen_hears_that_something_changed_and_nothing_of_what(open_city: City) -> None:
    async with listening(open_city, HEAD) as screen:
        await followed(open_city, "needs", HEAD)
        id = await registered(open_city)
        await screen.until(id)
    assert screen.headers["content-type"].startswith("text/event-stream")
    told = [line for line in screen.text.splitlines() if line]
    assert set(told) <= {"retry: 3000", "event: news", f"data: {id}", ": still here"}


async def test_another_station_and_a_department_hear_nothing_of_it(open_city: City) -> None:
    async with listening(open_city, OTHER_HEAD) as other, listening(open_city, officer(SECOND)) as department:
        await followed(open_city, "needs", OTHER_HEAD)
        await followed(open_city, "matching", officer(SECOND))
        async with listening(open_city, HEAD) as screen:
            await followed(open_city, "needs", HEAD)
            id = await registered(open_city)
            await screen.until(id)
        assert id not in other.text + department.text


async def test_who_is_not_signed_in_is_told_not_to_come_again(open_city: City) -> None:
    answer = await browser(open_city).open("/desk/news")
    assert answer.status == 204


async def test_news_end_with_the_session(open_city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news, "LOOK_SECONDS", 0.2)
    desk = await at_desk(open_city, HEAD, now=wall_clock())
    async with listening(open_city, HEAD, desk) as screen:
        await followed(open_city, "needs", HEAD)
        house, at = open_city.house("console"), wall_clock()
        await sessions.leave(house, await sessions.person(house, desk.client.cookies[COOKIE], at=at), at=at)
        await screen.end()
    assert screen.text.endswith("event: over\ndata: \n\n")


async def at_news(desk: Browser) -> int:
    """What the desk's page is answered when a list asks for itself anew because of news."""
    return (await desk.open("/desk/station", **{"HX-Request": "true", "X-By-Itself": "news"})).status


async def test_news_keep_nobody_signed_in_who_left_the_desk(open_city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news, "LOOK_SECONDS", 0.2)
    began = wall_clock() - timedelta(minutes=59, seconds=57)
    desk = await at_desk(open_city, HEAD, now=began)
    desk.now = wall_clock()
    assert await at_news(desk) == 200
    async with listening(open_city, HEAD, desk) as screen:
        await followed(open_city, "needs", HEAD)
        await screen.end(seconds=8)
    assert screen.text.endswith("event: over\ndata: \n\n")
    assert (await desk.open("/desk/station")).status == 303


async def test_who_does_something_within_the_hour_stays_signed_in(open_city: City) -> None:
    desk = await at_desk(open_city, HEAD, now=wall_clock() - timedelta(minutes=110))
    for ago in (55, 1):
        desk.now = wall_clock() - timedelta(minutes=ago)
        assert (await desk.open("/desk/station")).status == 200
    desk.now = wall_clock() + timedelta(minutes=61)
    assert await at_news(desk) == 204
    assert (await desk.open("/desk/station")).status == 303


async def busy(told: news.News) -> None:
    """Something happens all the time."""
    for _ in range(20):
        told._ids.add("something")
        told._woken.set()
        await told._next()


async def test_a_busy_station_hears_of_the_end_too(open_city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """News that come all the time do not put the look at the session off."""
    monkeypatch.setattr(news, "LOOK_SECONDS", 0.5)
    desk = await at_desk(open_city, HEAD, now=wall_clock())
    told = news.News(open_city.house("console"), desk.client.cookies[COOKIE])
    await sessions.leave(told.house, await told._person(), at=wall_clock())
    with pytest.raises(SignInNeeded):
        await busy(told)


async def test_a_stream_that_ends_is_followed_on_and_nothing_is_missed(
    open_city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(news, "AGAIN_SECONDS", 0.05)
    hub = open_city.house("needs").hub
    assert hub is not None
    async with listening(open_city, HEAD) as screen:
        await followed(open_city, "needs", HEAD)
        for follower in list(hub._open):
            follower.end(Ending.INTERRUPTED)
        id = await registered(open_city)
        await screen.until(id)


async def test_a_console_that_ends_waits_for_no_screen(open_city: City) -> None:
    house = open_city.house("console")
    async with listening(open_city, HEAD) as screen:
        await followed(open_city, "needs", HEAD)
        house.end_streams()
        await screen.end(seconds=2)
    house.leaving.clear()
    await followed(open_city, "needs", HEAD, count=0)
