"""A sick peer stays its own problem (promise R11): who needs it is told in time, who does not never notices."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from deploy.postgres import Cluster
from shared.kit import lines
from shared.kit.deadlines import HEADER
from shared.kit.peers import Peers
from tests.city import City, running
from tests.console.browsing import Browser, at_desk
from tests.faults.sick_peer import Mood, SickPeer, ThroughSockets, sick
from tests.figures import Figure
from tests.matching.people import FIRST, officer
from tests.people import HEAD, OPERATOR, need

DEADLINE_SECONDS = 0.8
# What is promised is the deadline and a tenth of a second; this only keeps the suite from hanging.
HANG_GUARD_SECONDS = 8.0
SERVICES = ("needs", "matching", "cases", "console")
NEEDS = "http://needs/needs/v1/needs"


@pytest.fixture(scope="module")
async def city(cluster: Cluster, folder: Path) -> AsyncIterator[City]:
    async with running(cluster, folder, SERVICES) as made:
        yield made


@pytest.fixture
async def peer(city: City) -> AsyncIterator[SickPeer]:
    """Needs, as the console reaches it."""
    healthy = city.network.hosts["needs"]
    async with sick(city.apps["needs"]) as made:
        way = ThroughSockets(made.port)
        city.network.hosts["needs"] = way  # type: ignore[assignment]
        yield made
        city.network.hosts["needs"] = healthy
        await way.aclose()


@pytest.fixture
async def peers(city: City) -> AsyncIterator[Peers]:
    """A caller's ways of its own, with nothing saved yet."""
    made = Peers("console", city.house("console").settings, transport=city.network)
    yield made
    await made.close()


async def open_page(desk: Browser, path: str, *, seconds: float) -> tuple[int, float]:
    """What a page said, and how long after its deadline; whatever it says, it is still a page."""
    began = asyncio.get_running_loop().time()
    page = await desk.open(path, **{HEADER: str(int(seconds * 1000))})
    assert page.answer.headers["content-type"].startswith("text/html")
    return page.status, asyncio.get_running_loop().time() - began - seconds


async def test_whoever_needs_a_sick_peer_is_told_in_time(city: City, peer: SickPeer, figure: Figure) -> None:
    desk, other = await at_desk(city, HEAD), await at_desk(city, officer(FIRST))
    assert (await open_page(desk, "/desk/station", seconds=HANG_GUARD_SECONDS))[0] == 200
    past, pages = 0.0, 0
    for mood in (Mood.SLOW, Mood.SILENT, Mood.RESETTING, Mood.FAILING):
        peer.mood = mood
        told = await asyncio.gather(*(open_page(desk, "/desk/station", seconds=DEADLINE_SECONDS) for _ in range(6)))
        assert {status for status, _ in told} <= {500, 503}, mood
        past, pages = max(past, *(late for _, late in told)), pages + len(told)
        assert past < HANG_GUARD_SECONDS, mood
        # The department's desk asks matching and has nothing to do with it.
        assert (await other.open("/desk/department")).status == 200
    peer.mood = Mood.WELL
    assert (await open_page(desk, "/desk/station", seconds=HANG_GUARD_SECONDS))[0] == 200
    figure("R11", pages_of_a_sick_peer=pages, ms_past_the_deadline_at_worst=max(0, round(past * 1000)))


@pytest.mark.parametrize("mood", [Mood.SLOW, Mood.SILENT])
async def test_a_call_ends_when_it_was_to_end_however_its_answer_drips(
    peer: SickPeer, peers: Peers, mood: Mood
) -> None:
    peer.mood = mood
    async with asyncio.timeout(HANG_GUARD_SECONDS):
        with pytest.raises(httpx.ReadTimeout):
            await peers.on_behalf("", "GET", NEEDS, seconds=0.3)


async def test_asking_again_adds_a_tenth_at_most(peer: SickPeer, peers: Peers, figure: Figure) -> None:
    peer.mood = Mood.RESETTING

    async def ask() -> None:
        with pytest.raises(httpx.TransportError):
            await peers.on_behalf("", "GET", NEEDS)

    for _ in range(20):
        await asyncio.gather(*(ask() for _ in range(5)))
    assert 100 < len(peer.heads) <= 110
    figure("R11", calls=100, asked_again=len(peer.heads) - 100)


async def test_a_peer_that_starts_again_is_asked_again_and_nobody_notices(peer: SickPeer, peers: Peers) -> None:
    peers.line_to(NEEDS).budget.saved = 1.0
    peer.mood = Mood.RESETTING
    asking = asyncio.create_task(peers.on_behalf("", "GET", NEEDS))
    while not peer.heads:  # noqa: ASYNC110 -- the peer counts, nobody announces
        await asyncio.sleep(0)
    peer.mood = Mood.WELL
    assert (await asking).status_code == 401


async def test_what_would_do_more_when_asked_twice_is_never_asked_again(peer: SickPeer, peers: Peers) -> None:
    peers.line_to(NEEDS).budget.saved = 10.0
    peer.mood = Mood.RESETTING
    for method in ("POST", "PUT"):
        with pytest.raises(httpx.TransportError):
            await peers.on_behalf("", method, NEEDS, json={})
    with pytest.raises(httpx.TransportError):
        await peers.exchange(NEEDS, {"grant_type": "refresh_token"})
    assert len(peer.heads) == 3


async def test_a_silent_peer_takes_the_places_of_its_own_line_alone(
    city: City, peer: SickPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "WAIT_FOR_PLACE_SECONDS", 0.1)
    desk, other = await at_desk(city, HEAD), await at_desk(city, officer(FIRST))
    peer.mood = Mood.SILENT
    crowd = [asyncio.create_task(desk.open("/desk/station")) for _ in range(60)]
    async with asyncio.timeout(HANG_GUARD_SECONDS):
        while len(peer.heads) < lines.PLACES:  # noqa: ASYNC110 -- the peer counts, nobody announces
            await asyncio.sleep(0.01)
        for _ in range(5):
            assert (await other.open("/desk/department")).status == 200
    assert len(peer.heads) == lines.PLACES
    assert sum(not each.done() for each in crowd) > 0, "the first of the crowd still wait"
    peer.mood = Mood.WELL
    for call in peer.calls:
        call.cancel()
    told = [page.status for page in await asyncio.gather(*crowd)]
    assert set(told) <= {200, 503}
    assert told.count(503) >= lines.PLACES, "whoever the peer had kept waiting"


async def test_the_persons_token_and_what_is_left_of_the_deadline_go_along(city: City, peer: SickPeer) -> None:
    desk = await at_desk(city, HEAD)
    assert (await open_page(desk, "/desk/station", seconds=20))[0] == 200
    assert peer.heads
    for head in peer.heads:
        told = dict(line.split(": ", 1) for line in head.split("\r\n") if ": " in line)
        assert told["authorization"].startswith("bearer ")
        assert 0 < int(told[HEADER]) <= 10_000
    seen = await city.get("needs", "/needs", HEAD)
    assert seen.status_code == 200


async def test_with_identity_silent_intake_keeps_its_pace(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await city.post("needs", "/needs", OPERATOR, need())).status_code == 201
    asked = asyncio.Event()

    async def never(_: httpx.Request) -> httpx.Response:
        asked.set()
        await asyncio.sleep(3600)
        raise AssertionError

    monkeypatch.setattr(city.network, "handle_async_request", never)
    # The remembered keys are old, and every request would like to have newer ones.
    monkeypatch.setattr("shared.kit.tokens.KEYS_FRESH_SECONDS", 0)
    monkeypatch.setattr("shared.kit.tokens.ASK_AGAIN_SECONDS", 0)
    async with asyncio.timeout(4):
        for _ in range(5):
            assert (await city.post("needs", "/needs", OPERATOR, need())).status_code == 201
        await asked.wait()
