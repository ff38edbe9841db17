"""`fuzhou facts` against a running database: what is parked is seen, taken in once it can be, and heard anew."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from deploy import databases
from deploy.environment import Addresses
from deploy.home import Home
from deploy.places import ROOT
from deploy.postgres import Cluster, throwaway
from deploy.running import write_running

pytestmark = pytest.mark.slow
EXAMPLE = json.loads((ROOT / "tests/contracts/facts/needs.reference_changed.v1.json").read_text("utf-8"))
BROKEN = EXAMPLE | {"valid_from": "无此日"}


@dataclass(frozen=True, slots=True)
class Here:
    """A machine of which only the database runs."""

    home: Home
    cluster: Cluster

    def fuzhou(self, *words: str, typed: str = "") -> "subprocess.CompletedProcess[str]":
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("FUZHOU_", "IDENTITY_"))}
        return subprocess.run(
            [sys.executable, "-m", "deploy.command", *words], check=False, capture_output=True, text=True, cwd=ROOT,
            env=kept | {"FUZHOU_HOME": str(self.home.folder)}, input=typed,
        )  # fmt: skip

    def facts(self, *words: str, typed: str = "") -> "subprocess.CompletedProcess[str]":
        return self.fuzhou("facts", *words, typed=typed)

    async def sql(self, statement: str, *values: Any) -> Any:
        connection = await asyncpg.connect(self.cluster.url("identity"))
        try:
            return await connection.fetchval(statement, *values)
        finally:
            await connection.close()

    def park(self, subject: str, *bodies: dict[str, Any]) -> None:
        """Facts of needs that identity could not take in."""
        for sequence, body in enumerate(bodies, 1):
            asyncio.run(
                self.sql(
                    "INSERT INTO parked_fact VALUES ($1, 'needs', 'needs.reference_changed.v1', $2, $3, now(), $4,"
                    " 'builtins.ValueError', 1, now())",
                    uuid4(), subject, sequence, json.dumps(body),
                )
            )  # fmt: skip


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    home = Home(tmp_path_factory.mktemp("home"))
    home.secrets.complete(may_be_new=True)
    with throwaway(port=25800, passwords=home.secrets.passwords()) as cluster:
        # The command looks for the superuser's password in the machine's own folder.
        home.postgres.mkdir()
        (home.postgres / "password").write_text(cluster.password)
        asyncio.run(databases.prepare(cluster.url(), ["identity"], password_of=home.secrets.password_of))
        write_running(home.folder, asdict(replace(Addresses.usual(), postgres=cluster.port)))
        made = Here(home, cluster)
        migrated = made.fuzhou("migrate", "identity")
        assert migrated.returncode == 0, migrated.stderr
        yield made


def test_a_fact_whose_cause_is_mended_is_taken_in_and_no_longer_parked(here: Here) -> None:
    here.park("category:mended", EXAMPLE, EXAMPLE | {"version": 2})
    listed = here.facts("parked", "--service", "identity")
    assert listed.returncode == 1
    assert "category:mended" in listed.stdout
    replayed = here.facts("replay", "identity", "category:mended")
    assert (replayed.returncode, replayed.stdout) == (0, "2 taken in, 0 still parked.\n")
    after = here.facts("parked", "--service", "identity")
    assert (after.returncode, after.stdout) == (0, "Nothing is parked.\n")


def test_a_fact_that_still_fails_stays_and_so_do_those_behind_it(here: Here) -> None:
    here.park("category:broken", BROKEN, EXAMPLE)
    replayed = here.facts("replay", "identity", "category:broken")
    assert (replayed.returncode, replayed.stdout) == (1, "0 taken in, 2 still parked.\n")
    first, second = json.loads(here.facts("parked", "--service", "identity", "--json").stdout)
    assert (first["attempts"], second["attempts"]) == (2, 1)
    assert set(first) == {"service", "publisher", "name", "subject", "error", "attempts", "since"}
    asyncio.run(here.sql("DELETE FROM parked_fact"))


def test_replaying_what_is_not_parked_says_where_to_look(here: Here) -> None:
    refused = here.facts("replay", "identity", "category:unknown")
    assert refused.returncode == 1
    assert "`fuzhou facts parked`" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_listener_is_set_back_only_when_the_person_says_so(here: Here) -> None:
    asyncio.run(here.sql("INSERT INTO listener_position VALUES ('needs', '1.2.3', now() - interval '90 seconds')"))
    shown = json.loads(here.facts("position", "--service", "identity", "--json").stdout)
    needs = next(row for row in shown if row["publisher"] == "needs")
    assert needs["position"] == "1.2.3"
    assert 90 <= needs["age_seconds"] < 150
    asked = here.facts("rewind", "identity", "needs", typed="n\n")
    assert asked.returncode == 1
    assert "from the first one" in asked.stdout
    assert asyncio.run(here.sql("SELECT position FROM listener_position")) == "1.2.3"
    assert here.facts("rewind", "identity", "needs", "--yes").returncode == 0
    assert asyncio.run(here.sql("SELECT position FROM listener_position")) is None


def test_nobody_is_set_back_who_does_not_listen(here: Here) -> None:
    refused = here.facts("rewind", "needs", "insights", "--yes")
    assert refused.returncode == 1
    assert "needs does not listen to insights; it listens to" in refused.stderr


def test_a_service_that_there_is_not_is_named_with_those_that_there_are(here: Here) -> None:
    refused = here.facts("parked", "--service", "weather")
    assert refused.returncode == 2
    assert "needs" in refused.stderr


def test_where_nothing_runs_the_remedy_is_said(tmp_path: Path) -> None:
    nowhere = Here(Home(tmp_path), Cluster(tmp_path))
    for words in (("position",), ("parked",), ("replay", "identity", "x"), ("rewind", "identity", "--yes")):
        refused = nowhere.facts(*words)
        assert refused.returncode == 1
        assert "make run" in refused.stderr
        assert "Traceback" not in refused.stderr


def test_a_database_that_is_away_is_a_sentence_too(here: Here, tmp_path: Path) -> None:
    away = Here(Home(tmp_path, secrets=None), here.cluster)
    away.home.secrets.complete(may_be_new=True)
    away.home.postgres.mkdir()
    write_running(tmp_path, asdict(replace(Addresses.usual(), postgres=1)))
    refused = away.facts("position")
    assert refused.returncode == 1
    assert "make run" in refused.stderr
    assert "Traceback" not in refused.stderr
