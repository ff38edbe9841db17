"""What the first landed version wrote lives on: up to today's tables, back, and up again."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import pytest
from alembic import command

from deploy import databases
from deploy.addresses import BUILT
from deploy.environment import for_sqlalchemy
from deploy.migrate import TableHeld, configuration, migrate
from deploy.places import ROOT
from deploy.postgres import Cluster, throwaway
from tests.figures import Figure
from tests.migrations import landed

pytestmark = pytest.mark.slow
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
PASSWORDS = {role: f"password of {role}" for role in databases.roles(BUILT)}
# A month was published once by a timer of its own; since the cube of each night, that timer is gone.
REPLACED = {"insights": frozenset({"timer"})}
MANY = 3_000
ALL = 100_000


@dataclass(slots=True)
class Landed:
    """A cluster with the first landed version's rows in it, and what was seen of it on the way."""

    cluster: Cluster
    seen: dict[str, dict[str, Any]] = field(default_factory=dict)

    def url(self, service: str) -> str:
        return for_sqlalchemy(self.cluster.url(service, databases.owner(service)))

    def look(self, service: str, when: str, columns: dict[str, list[str]] | None = None) -> None:
        """Write down what the tables are and hold."""

        async def looking() -> None:
            connection = await asyncpg.connect(self.cluster.url(service))
            of = columns or await landed.columns_of(connection)
            self.seen[f"{service} {when}"] = {
                "shape": await landed.shape(connection), "columns": of, "content": await landed.content(connection, of)
            }  # fmt: skip
            await connection.close()

        asyncio.run(looking())

    def columns(self, service: str) -> dict[str, list[str]]:
        columns: dict[str, list[str]] = self.seen[f"{service} at first"]["columns"]
        return columns


def first_version(cluster: Cluster, rows: int) -> None:
    """Every service's tables as they were, with what was in them."""
    asyncio.run(databases.prepare(cluster.url(), BUILT, password_of=cluster.password_of))
    for service, revision in landed.FIRST.items():
        migrate(service, for_sqlalchemy(cluster.url(service, databases.owner(service))), revision=revision)
    asyncio.run(_lay_in(cluster, rows))


async def _lay_in(cluster: Cluster, rows: int) -> None:
    connections = {service: await asyncpg.connect(cluster.url(service)) for service in landed.FIRST}
    for service, connection in connections.items():
        await landed.lay_in(connection, service)
        await landed.grow(connection, rows)
    await landed.grow_needs(connections["needs"], rows)
    ends = {service: await landed.end_of_log(connection) for service, connection in connections.items()}
    for connection in connections.values():
        await landed.listen_from(connection, {name: end for name, end in ends.items() if end})
        await connection.close()


def up_down_up(here: Landed, service: str) -> float:
    """The whole way, looked at on each stop; the seconds that the first way up took."""
    here.look(service, "at first")
    begun = time.monotonic()
    migrate(service, here.url(service))
    taken = time.monotonic() - begun
    here.look(service, "up", here.columns(service))
    command.downgrade(configuration(service, here.url(service)), landed.FIRST[service])
    here.look(service, "down", here.columns(service))
    migrate(service, here.url(service))
    here.look(service, "up again", here.columns(service))
    return taken


@pytest.fixture(scope="module")
def made() -> Iterator[Landed]:
    with throwaway(port=25900 + 20 * WORKER, passwords=PASSWORDS) as cluster:
        first_version(cluster, MANY)
        yield Landed(cluster)


@pytest.fixture(scope="module", params=landed.FIRST)
def service(made: Landed, request: pytest.FixtureRequest) -> str:
    """A service whose tables have gone the whole way."""
    name: str = request.param
    up_down_up(made, name)
    return name


def without(replaced: frozenset[str], here: Landed, service: str, stop: str) -> dict[str, Any]:
    content: dict[str, Any] = here.seen[f"{service} {stop}"]["content"]
    return {table: held for table, held in content.items() if table not in replaced}


def rows_agree(here: Landed, service: str, stop: str) -> None:
    """No row has changed what it said in the columns that there were, and none has come or gone."""
    replaced = REPLACED.get(service, frozenset())
    assert without(replaced, here, service, "at first") == without(replaced, here, service, stop), stop


def agree(here: Landed, service: str, one: str, other: str, what: str) -> None:
    assert here.seen[f"{service} {one}"][what] == here.seen[f"{service} {other}"][what], f"{one}, {other}"


def test_on_the_way_up_down_and_up_again_no_row_changes_what_it_said(made: Landed, service: str) -> None:
    assert made.seen[f"{service} at first"]["content"]["audit_entry"][0] >= MANY
    for stop in ("up", "down", "up again"):
        rows_agree(made, service, stop)


def test_the_way_back_leads_to_the_same_tables_and_the_way_up_again_too(made: Landed, service: str) -> None:
    agree(made, service, "at first", "down", "shape")
    agree(made, service, "up", "up again", "shape")
    assert made.seen[f"{service} up"]["shape"] != made.seen[f"{service} down"]["shape"]


@pytest.mark.chaos
def test_a_hundred_thousand_rows_in_each_go_the_whole_way(figure: Figure) -> None:
    with throwaway(port=25900 + 20 * WORKER, passwords=PASSWORDS) as cluster:
        first_version(cluster, ALL)
        here = Landed(cluster)
        slowest = max(up_down_up(here, service) for service in landed.FIRST)
        for service in landed.FIRST:
            for stop in ("up", "down", "up again"):
                rows_agree(here, service, stop)
            agree(here, service, "at first", "down", "shape")
    rows = ALL * len(landed.FIRST)
    figure("R12", rows_up_down_up=rows, rows_changed=0, milliseconds_of_the_slowest_way_up=int(slowest * 1000))


def test_three_migrators_at_once_do_the_work_once(made: Landed) -> None:
    # Nothing was ever in it: the whole way, by three processes at the same moment.
    told = os.environ | {"CONSOLE_OWNER_DATABASE_URL": made.url("console")}
    words = [sys.executable, "-m", "deploy.command", "migrate", "console"]
    three = [subprocess.Popen(words, cwd=ROOT, env=told, stderr=subprocess.PIPE) for _ in range(3)]
    said = [each.communicate(timeout=120)[1].decode() for each in three]
    assert [each.returncode for each in three] == [0, 0, 0], said
    made.look("console", "migrated")
    assert {"draft", "desk_session", "audit_seal"} <= set(made.seen["console migrated"]["columns"])


def test_a_table_that_somebody_holds_is_waited_for_a_second_and_then_nothing_is_changed(made: Landed) -> None:
    migrate("needs", made.url("needs"))
    command.downgrade(configuration("needs", made.url("needs")), "20261202_needs")
    made.look("needs", "before it is held")
    waited = asyncio.run(_migrate_beside_a_reader(made))
    assert 1 <= waited < 10
    made.look("needs", "after it was held")
    agree(made, "needs", "before it is held", "after it was held", "shape")


async def _migrate_beside_a_reader(made: Landed) -> float:
    """Try to change the trail while a long report reads it; how long it was tried."""
    reader = await asyncpg.connect(made.cluster.url("needs"))
    begun = time.monotonic()
    try:
        async with reader.transaction():
            await reader.fetch("SELECT count(*) FROM audit_entry")
            with pytest.raises(TableHeld, match="pg_stat_activity"):
                await asyncio.to_thread(migrate, "needs", made.url("needs"), tries=1)
    finally:
        await reader.close()
    return time.monotonic() - begun
