"""The one Alembic environment. The caller hands over the address and the service (see `deploy.migrate`); developers
name a section of `alembic.ini` instead, and the address in the environment.

Three migrators at once are safe: an advisory lock lets one work, the others then find nothing to do. They ask for it
again and again rather than wait inside a transaction, for an index that is made beside the work waits for transactions.
"""

import asyncio
import importlib
import os
import time

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from shared.kit import audit, idempotency, inconsistencies, reference, revocations, timers
from shared.kit.feed import listening, log
from shared.kit.migrations import BEFORE
from shared.kit.seals import trail
from shared.kit.tables import KitTable

# Imported so that their tables are known here.
KIT_TABLES = (audit, idempotency, inconsistencies, reference, revocations, timers, listening, log, trail)
LOCK = 0x66757A686F75  # "fuzhou"
ASK_AGAIN_SECONDS = 0.1

config = context.config
service: str = config.attributes.get("service", config.config_ini_section)
models = importlib.import_module(f"services.{service}.models")


def run(connection: Connection) -> None:
    while not connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK}):
        connection.rollback()
        time.sleep(ASK_AGAIN_SECONDS)
    for setting in BEFORE:
        connection.execute(text(setting))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=[models.Table.metadata, KitTable.metadata],
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
    connection.commit()


async def migrate() -> None:
    url = config.attributes.get("url") or os.environ[f"{service.upper()}_OWNER_DATABASE_URL"]
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        await connection.run_sync(run)
    await engine.dispose()


given = config.attributes.get("connection")
if given is not None:
    run(given)
else:
    asyncio.run(migrate())
