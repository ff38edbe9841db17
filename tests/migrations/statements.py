"""What each revision says to the database, without a database."""

import io
from collections.abc import Iterator

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory

from deploy.places import ROOT


def revisions(service: str) -> Iterator[tuple[str, str]]:
    """Each revision of a service, oldest first, and the statements of its way up."""
    scripts = ScriptDirectory.from_config(Config(ROOT / "alembic.ini", ini_section=service))
    for script in reversed(list(scripts.walk_revisions())):
        said = io.StringIO()
        context = MigrationContext.configure(dialect_name="postgresql", opts={"as_sql": True, "output_buffer": said})
        with Operations.context(context):
            script.module.upgrade()
        yield script.revision, said.getvalue()
