"""`fuzhou verify-audit` against real databases: whole is 0, tampered is 3 and names the entry."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from deploy import databases
from deploy.environment import Addresses, for_sqlalchemy
from deploy.home import Home
from deploy.migrate import migrate
from deploy.places import ROOT
from deploy.postgres import Cluster, throwaway
from deploy.running import write_running
from shared.kit.audit import record_reading
from shared.kit.database import Context, Database
from shared.kit.seals.sealing import Sealer
from shared.schemas.facts.needs import AuditSealed

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Here:
    """A machine of which only the databases of needs and identity run."""

    home: Home
    cluster: Cluster

    def verify(self, *words: str) -> "subprocess.CompletedProcess[str]":
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("FUZHOU_", "IDENTITY_"))}
        return subprocess.run(
            [sys.executable, "-m", "deploy.command", "verify-audit", *words], check=False, capture_output=True,
            text=True, cwd=ROOT, env=kept | {"FUZHOU_HOME": str(self.home.folder)},
        )  # fmt: skip

    async def read_and_seal(self) -> None:
        database = Database.at(for_sqlalchemy(self.cluster.url("needs", "needs_app")), pool_size=2)
        async with database.work(Context(actor="hotline")) as session:
            people = [uuid4() for _ in range(4)]
            await record_reading(session, "read_resident", purpose="intake", fields=["name"], subjects=people)
        assert await Sealer("needs", database, AuditSealed).seal_all() == 4
        await database.close()

    async def tamper(self, statement: str) -> None:
        connection = await asyncpg.connect(self.cluster.url("needs"))
        await connection.execute(statement)
        await connection.close()


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    home = Home(tmp_path_factory.mktemp("home"))
    home.secrets.complete(may_be_new=True)
    with throwaway(port=25850, passwords=home.secrets.passwords()) as cluster:
        # The command looks for the superuser's password in the machine's own folder.
        home.postgres.mkdir()
        (home.postgres / "password").write_text(cluster.password)
        both = ["needs", "identity"]
        asyncio.run(databases.prepare(cluster.url(), both, password_of=home.secrets.password_of))
        for service in both:
            migrate(service, for_sqlalchemy(cluster.url(service, databases.owner(service))))
        write_running(home.folder, asdict(replace(Addresses.usual(), postgres=cluster.port)))
        made = Here(home, cluster)
        asyncio.run(made.read_and_seal())
        yield made


def test_a_whole_trail_is_told_and_the_status_is_zero(here: Here) -> None:
    told = here.verify("needs")
    assert told.returncode == 0, told.stdout + told.stderr
    assert "whole" in told.stdout


def test_the_first_bad_entry_is_named_and_the_status_is_three(here: Here) -> None:
    asyncio.run(here.tamper("UPDATE audit_entry SET actor = 'nobody' WHERE number = 3"))
    told = here.verify("needs", "identity", "--json")
    assert told.returncode == 3, told.stdout + told.stderr
    needs, identity = json.loads(told.stdout)
    assert (needs["trail"], needs["seal"], needs["entry"]) == ("changed", 1, 3)
    assert identity["trail"] == "whole"


def test_where_nothing_runs_the_remedy_is_told(tmp_path: Path) -> None:
    away = Here(Home(tmp_path), Cluster(tmp_path))
    told = away.verify("needs")
    assert told.returncode == 1
    assert "make run" in told.stderr
