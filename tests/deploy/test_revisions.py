"""`alembic.ini` for developers: a section for each service, with which the next revision is begun."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from deploy.addresses import BUILT
from deploy.databases import owner
from deploy.environment import for_sqlalchemy
from deploy.places import ROOT
from deploy.postgres import Cluster


@pytest.mark.parametrize("service", BUILT)
def test_each_service_has_one_line_of_revisions_and_the_next_is_dated(service: str) -> None:
    scripts = ScriptDirectory.from_config(Config(ROOT / "alembic.ini", ini_section=service))
    assert len(scripts.get_heads()) == 1
    assert scripts.file_template.startswith("%(year)d_%(month).2d_%(day).2d_")


@pytest.mark.slow
@pytest.mark.parametrize("service", BUILT)
def test_there_is_nothing_to_revise_for_models_and_tables_agree(cluster: Cluster, service: str) -> None:
    address = {f"{service.upper()}_OWNER_DATABASE_URL": for_sqlalchemy(cluster.url(service, owner(service)))}
    checked = subprocess.run(
        [Path(sys.executable).parent / "alembic", "-n", service, "check"],
        check=False, capture_output=True, text=True, cwd=ROOT, env=os.environ | address,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr + checked.stdout
