"""The floor of intake: bare Starlette and asyncpg, the same rows and the same crypto by hand, no validation."""

import hashlib
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks import rows
from shared.kit.crypto import Keyring, seal, use_keyring
from shared.kit.feed.log import WRITE
from shared.kit.ids import new_id

CONTEXT = (
    "SELECT set_config('app.actor', $1, true), set_config('app.divisions', '*', true),"
    " set_config('app.stations', '', true), set_config('app.provider', '', true),"
    " set_config('app.owner', '', true), set_config('app.machine', '', true)"
)
LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))"
KNOWN = "SELECT fingerprint, status, answer FROM idempotency WHERE caller = $1 AND key = $2"
KEEP = "INSERT INTO idempotency (caller, key, fingerprint, status, answer, answered_at) VALUES ($1,$2,$3,$4,$5,$6)"


async def insert(connection: Any, table: str, *values: dict[str, Any]) -> None:
    columns = list(values[0])
    places = ", ".join(f"${place}" for place in range(1, len(columns) + 1))
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"
    if len(values) == 1:
        await connection.execute(statement, *values[0].values())
    else:
        await connection.executemany(statement, [tuple(row.values()) for row in values])


async def register(request: Request) -> Response:
    body, key = await request.body(), request.headers["idempotency-key"]
    print_ = hashlib.sha256(b"POST\x1f/needs/v1/needs\x1f" + body).digest()
    asked, moment, token = orjson.loads(body), rows.wall(), secrets.token_urlsafe(24)
    async with request.app.state.pool.acquire() as connection, connection.transaction():
        await connection.execute(CONTEXT, rows.SUBJECT)
        await connection.fetchval(LOCK, f"{rows.SUBJECT}\x1f{key}")
        await connection.fetchrow(KNOWN, rows.SUBJECT, key)
        answer = await _write(connection, asked, moment, token)
        kept = seal(answer.decode(), "idempotency", "answer", f"{rows.SUBJECT}\x1f{key}")
        await connection.execute(KEEP, rows.SUBJECT, key, print_, 201, kept, moment)
    return Response(answer, 201, media_type="application/json")


async def _write(connection: Any, asked: dict[str, Any], moment: Any, token: str) -> bytes:
    resident = rows.resident_row(asked["resident"], moment)
    need = rows.need_row(asked, resident["id"], moment, token)
    clocks = rows.clock_rows(need["id"], moment)
    phone = asked["resident"]["phones"][0]
    text = f"【抚州社工】您的需求已登记，编号{need['reference']}。查询进度：http://127.0.0.1:8000/track/{token}"
    message = rows.message_row(resident["id"], need["id"], phone["number"], text, moment)
    timers = rows.timer_rows(clocks, message["id"], resident["id"], moment)
    await insert(connection, "resident", resident)
    await insert(connection, "resident_phone", rows.phone_row(phone, resident["id"]))
    await insert(connection, "need", need)
    await insert(connection, "clock", *clocks)
    await insert(connection, "message", message)
    await insert(connection, "timer", *timers)
    said = [("needs.resident_changed.v1", resident["id"]), ("needs.need_registered.v1", need["id"])]
    bodies = [
        orjson.dumps({"id": subject, "division": rows.TOWNSHIP, "groups": need["groups"]}).decode()
        for _, subject in said
    ]
    await connection.execute(
        WRITE, [new_id() for _ in said], [name for name, _ in said], [str(subject) for _, subject in said],
        [moment] * len(said), [None] * len(said), bodies,
    )  # fmt: skip
    return orjson.dumps(rows.answer_of(need, clocks))


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    use_keyring(Keyring.from_file(Path(os.environ["FUZHOU_KEYS_FILE"])))
    url = os.environ["NEEDS_DATABASE_URL"].replace("+asyncpg", "")
    app.state.pool = await asyncpg.create_pool(url, min_size=8, max_size=8)
    yield
    await app.state.pool.close()


app = Starlette(routes=[Route("/needs/v1/needs", register, methods=["POST"])], lifespan=lifespan)
