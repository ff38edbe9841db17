"""Streams show what a GET would show, and every fact is shown or kept back on purpose."""

from importlib import import_module

import pytest

from deploy.addresses import BUILT
from shared.kit.streams.sights import Stream
from shared.schemas.access import AUDIENCES, Role
from shared.schemas.facts import Fact
from shared.schemas.seals import Seal
from tests.city import Person
from tests.contracts.test_access import SCOPES
from tests.contracts.test_facts import NAMES
from tests.figures import Figure
from tests.given.operations import named
from tests.given.registry import Ask
from tests.given.scene import Scene
from tests.given.streams import THINGS
from tests.kit.following import parsed


def stream_of(service: str) -> Stream | None:
    found: Stream | None = import_module(f"services.{service}.app").service.stream
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_fact_is_streamed_or_kept_back_for_a_reason(name: str) -> None:
    """Name it in the publisher's `service/streams.py`: with the query that knows who sees it, or why nobody is told."""
    if issubclass(Fact.REGISTRY[name], Seal):  # Of seals only who holds them is told; no screen shows one.
        return
    stream = stream_of(name.split(".", maxsplit=1)[0])
    assert stream is not None, "give the service a stream: it has something to say now"
    kind = Fact.REGISTRY[name]
    assert (kind in stream.shown) is not (kind in stream.kept_back)
    assert kind in stream.shown or len(stream.kept_back[kind].split()) > 4


@pytest.mark.parametrize("service", BUILT)
def test_a_stream_shows_facts_of_its_own_service(service: str) -> None:
    """Follow another service at its own address: it alone knows who sees what."""
    stream = stream_of(service)
    for kind in [*stream.shown, *stream.kept_back] if stream else ():
        assert kind.name.startswith(f"{service}.")
        assert kind.name in NAMES


async def _told(scene: Scene, service: str, ask: Ask, who: Person) -> bool | None:
    """Whether somebody is told of a thing; None where they may not follow at all."""
    answer = await scene.act(named(f"GET /{service}/v1/stream"), ask, who)
    if answer.status_code in (401, 403):
        return None
    assert answer.status_code == 200, answer.text
    return any(
        event.data["subject"] == ask.query["subject"] for event in parsed(answer.text) if event.name != "position"
    )


@pytest.mark.parametrize("service", THINGS)
async def test_a_stream_tells_whoever_may_read_and_nobody_else(scene: Scene, service: str, figure: Figure) -> None:
    """Mend the query in `repository/sight.py`: it must see as much as the GET of the same thing, and no more."""
    _, by, path = THINGS[service]
    ask = await scene.ask(named(f"GET /{service}/v1/stream"))
    assert await _told(scene, service, ask, by) is True
    reading, name = named(f"GET {path}"), path.split("{")[1].split("}")[0]
    told = 0
    for role in (role for role in Role if service in AUDIENCES[role]):
        for where, scope in SCOPES.items():
            who = Person.of(role, f"{role}, {where}, follows {service}", **scope)
            read = await scene.act(reading, Ask(path={name: ask.query["subject"]}), who)
            follows = await _told(scene, service, ask, who)
            assert bool(follows) is read.is_success, f"{role} in {where}: GET {read.status_code}, stream {follows}"
            told += bool(follows)
    assert told > 1
    figure("S1", stream_stances=len(Role) * len(SCOPES), wrong=0)
