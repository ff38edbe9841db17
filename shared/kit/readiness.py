"""Whether a service can do its work, and what keeps it from it: told from what is, never from what was meant."""

import asyncio
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from alembic.script import ScriptDirectory
from pydantic import BaseModel, Field
from sqlalchemy import text

from shared.kit.database import NOBODY

if TYPE_CHECKING:
    from shared.kit.house import House

PATIENCE_SECONDS: Final = 2.0
# A feed answers at least twice a minute, with news or without.
SILENT_SECONDS: Final = 60.0
KIT: Final = Path(__file__).parent
ASK = text(
    "SELECT current_setting('transaction_read_only') = 'on' AS read_only,"
    " (SELECT version_num FROM alembic_version) AS revision"
)


class Readiness(BaseModel):
    """`behind`: work is done, and what others said is not all heard yet."""

    status: Literal["ready", "behind", "not_ready"]
    database: Literal["ok", "read_only", "full", "away"]
    revision: str | None = Field(description="How far the tables have come.")
    head: str = Field(description="How far this code wants them.")
    silent: dict[str, float] = Field(description="Seconds since each publisher last answered.")


@cache
def _revisions(service: str) -> tuple[str, ...]:
    """The revisions that this code knows of, the latest first."""
    versions = KIT.parents[1] / "services" / service / "migrations"
    scripts = ScriptDirectory(str(KIT / "migrations"), version_locations=[str(versions)])
    return tuple(each.revision for each in scripts.walk_revisions())


def is_old(service: str, revision: str | None) -> bool:
    """Whether tables lack what this code needs. A revision unknown here is a later one, and code runs on those."""
    head, *earlier = _revisions(service)
    return revision != head and (revision is None or revision in earlier)


async def readiness_of(house: "House") -> Readiness:
    """Ask the database and the ears; never takes longer than two seconds."""
    database: Literal["ok", "read_only", "full", "away"] = "ok"
    revision = None
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), house.database.work(NOBODY) as session:
            row = (await session.execute(ASK)).one()
        can_write: Literal["ok", "full"] = "full" if house.database.is_full else "ok"
        database, revision = "read_only" if row.read_only else can_write, row.revision
    except Exception:  # noqa: BLE001 -- whatever it is, the database did not answer
        database = "away"
    silent = house.silences()
    is_ready = database == "ok" and not is_old(house.service, revision)
    is_behind = any(seconds > SILENT_SECONDS for seconds in silent.values())
    return Readiness(
        status=("behind" if is_behind else "ready") if is_ready else "not_ready", database=database, revision=revision,
        head=_revisions(house.service)[0], silent=silent,
    )  # fmt: skip
