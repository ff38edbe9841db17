"""S8: no personal data where it does not belong. Canaries go in everywhere, and come out nowhere they should not."""

import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import redirect_stderr
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from deploy.addresses import BUILT
from deploy.postgres import Cluster
from tests.city import running
from tests.contracts.conftest import without_limits
from tests.figures import Figure
from tests.given.canaries import MARKS
from tests.given.operations import Operation, named, operations
from tests.given.registry import GIVEN, Ask
from tests.given.scene import MOMENT, Scene

# Bytes are read as hexadecimal digits: what is sealed must not hold the plain text either.
IN_ANY_FORM: Final = (*MARKS, *(mark.encode().hex() for mark in MARKS))
SPOKEN: Final = f"我是金丝雀，电话13907940000，{MARKS[2]}，{MARKS[3]}001X"
TABLES: Final = "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = 'public'"


@dataclass(slots=True)
class Aftermath:
    """What is left when everything that can be done was done with canaries."""

    scene: Scene
    logs: str
    problems: list[str]
    tokens: list[str]


def told_wrongly(ask: Ask) -> Iterator[Ask]:
    """The same call, with what is personal where it cannot be taken."""
    if isinstance(ask.body, dict):
        yield replace(ask, body=ask.body | {"something_else": SPOKEN})
        for field in ask.body:
            yield replace(ask, body=ask.body | {field: SPOKEN})
            yield replace(ask, body=ask.body | {field: {"words": [SPOKEN]}})
    yield from (replace(ask, path=ask.path | {part: SPOKEN}) for part in ask.path)
    yield replace(ask, query=ask.query | {"after": SPOKEN, "limit": SPOKEN, "purpose": SPOKEN, "division": SPOKEN})


async def _do_all(scene: Scene) -> list[str]:
    """Call every operation, lawfully and in every wrong way; what the refusals said."""
    problems: list[str] = []
    for operation in operations():
        ask = await scene.ask(operation)
        answers = [await scene.act(operation, ask, GIVEN[operation.name].by)]
        assert answers[0].is_success, f"{operation.name}: {answers[0].text}"
        # The same once more is a move that the state machine refuses, or a file that is there already.
        answers.append(await scene.act(operation, ask, GIVEN[operation.name].by))
        lawful = len(scene.asked)
        answers += [await scene.act(operation, wrong, GIVEN[operation.name].by) for wrong in told_wrongly(ask)]
        del scene.asked[lawful:]
        problems += [answer.text for answer in answers if not answer.is_success]
    return problems


async def _tokens(scene: Scene) -> list[str]:
    links: list[Operation] = [named("GET /needs/v1/track/{token}"), named("GET /feedback/v1/surveys/{token}")]
    return [(await scene.ask(operation)).path["token"] for operation in links for _ in range(3)]


@pytest.fixture(scope="module")
async def aftermath(cluster: Cluster, folder: Path) -> AsyncIterator[Aftermath]:
    logged, by_library = io.StringIO(), io.StringIO()
    handler = logging.StreamHandler(by_library)
    logging.getLogger().addHandler(handler)
    # Logs go to where the errors went when the service was started.
    with redirect_stderr(logged):
        async with running(cluster, folder, BUILT, **without_limits()) as city:
            scene = Scene(city)
            await city.settle()
            tokens = await _tokens(scene)
            problems = await _do_all(scene)
            await city.settle()
            await city.let_time_pass(MOMENT + timedelta(days=9))
            logging.getLogger().removeHandler(handler)
            yield Aftermath(scene, logged.getvalue() + by_library.getvalue(), problems, tokens)


def found_in(text: str) -> list[str]:
    return [mark for mark in IN_ANY_FORM if mark in text]


@pytest.mark.slow
async def test_no_table_holds_them_in_the_clear(aftermath: Aftermath, figure: Figure) -> None:
    """Seal the column, or keep it out: rows, facts, audit, kept answers and timers are all read here."""
    rows, leaks = 0, set()
    for service in BUILT:
        connection = await aftermath.scene.city.owner(service)
        for table in await connection.fetch(TABLES):
            for record in await connection.fetch(f"SELECT row_to_json(t)::text AS row FROM {table['name']} t"):
                rows += 1
                leaks |= {(service, table["name"], mark) for mark in found_in(record["row"])}
                leaks |= {(service, table["name"], "token") for token in aftermath.tokens if token in record["row"]}
        await connection.close()
    assert leaks == set()
    assert rows > 1000
    figure("S8", rows_searched=rows, found=0)


@pytest.mark.slow
async def test_what_is_sealed_is_there(aftermath: Aftermath) -> None:
    """The canaries did go in: whoever may read them reads them."""
    ask = await aftermath.scene.ask(named("GET /needs/v1/residents/{id}"))
    operation = named("GET /needs/v1/residents/{id}")
    answer = await aftermath.scene.act(operation, ask, GIVEN[operation.name].by)
    assert {mark for mark in MARKS if mark in answer.text} >= set(MARKS[:3])


@pytest.mark.slow
async def test_no_log_tells_of_them(aftermath: Aftermath, figure: Figure) -> None:
    """Log fixed words and ids; an exception is its type and place."""
    lines = aftermath.logs.splitlines()
    assert len(lines) > 100
    assert [line for line in lines if found_in(line)] == []
    assert [line for line in lines if any(token in line for token in aftermath.tokens)] == []
    figure("S8", log_lines_searched=len(lines), found=0)


@pytest.mark.slow
async def test_the_databases_own_log_does_not_tell_of_them(aftermath: Aftermath, cluster: Cluster) -> None:
    """Hand values over as parameters: PostgreSQL writes a failed statement down, and not what was bound to it."""
    assert found_in(cluster.log.read_text("utf-8", errors="replace")) == []


@pytest.mark.slow
async def test_no_problem_repeats_what_was_sent(aftermath: Aftermath, figure: Figure) -> None:
    """Say where and why, never what: `errors` point into the body and do not quote it."""
    assert len(aftermath.problems) > 50
    assert [said for said in aftermath.problems if found_in(said)] == []
    figure("S8", refusals_searched=len(aftermath.problems), found=0)


@pytest.mark.slow
async def test_nothing_broke_on_the_way(aftermath: Aftermath) -> None:
    """Whatever is sent wrongly is the sender's fault, and is refused as that."""
    # Pages refuse in pages, which never stand for what broke.
    said_in_json = [said for said in aftermath.problems if not said.startswith("<!doctype html>")]
    broken = [said for said in said_in_json if json.loads(said).get("status", 400) >= 500]
    assert broken == []


@pytest.mark.slow
async def test_no_address_carries_them(aftermath: Aftermath) -> None:
    """What would put personal data into an address is a POST."""
    assert [address for address in aftermath.scene.asked if found_in(address)] == []
