"""The peer of intake: FastAPI with ORM sessions, as most people would write it; the same rows and the same crypto."""

import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import orjson
from fastapi import Depends, FastAPI, Header, Request, Response
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from benchmarks import rows
from services.needs.models import Clock, Message, Need, Resident, ResidentPhone
from services.needs.schemas.needs import NeedRegistered, NeedRegistration
from shared.kit.crypto import Keyring, seal, use_keyring
from shared.kit.feed.log import FactRow
from shared.kit.idempotency import IdempotencyRow, fingerprint
from shared.kit.ids import new_id
from shared.kit.timers import Timer

CONTEXT = text(
    "SELECT set_config('app.actor', :actor, true), set_config('app.divisions', '*', true),"
    " set_config('app.stations', '', true), set_config('app.provider', '', true),"
    " set_config('app.owner', '', true), set_config('app.machine', '', true)"
)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    use_keyring(Keyring.from_file(Path(os.environ["FUZHOU_KEYS_FILE"])))
    engine = create_async_engine(os.environ["NEEDS_DATABASE_URL"], pool_size=8, max_overflow=0)
    app.state.sessions = async_sessionmaker(engine, expire_on_commit=False)
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


async def session(request: Request) -> AsyncIterator[AsyncSession]:
    async with request.app.state.sessions() as made, made.begin():
        await made.execute(CONTEXT, {"actor": rows.SUBJECT})
        yield made


@app.post("/needs/v1/needs", status_code=201, response_model=NeedRegistered)
async def register(
    registration: NeedRegistration, request: Request, response: Response,
    work: Annotated[AsyncSession, Depends(session, scope="function")],
    idempotency_key: Annotated[str, Header()],
) -> Any:  # fmt: skip
    await work.scalar(select(func.pg_try_advisory_xact_lock(func.hashtextextended(idempotency_key, 0))))
    await work.get(IdempotencyRow, (rows.SUBJECT, idempotency_key))
    asked, moment, token = registration.model_dump(mode="json"), rows.wall(), secrets.token_urlsafe(24)
    resident = Resident(**rows.resident_row(asked["resident"], moment))
    work.add(resident)
    await work.flush()
    phone = asked["resident"]["phones"][0]
    work.add(ResidentPhone(**rows.phone_row(phone, resident.id)))
    need = Need(**rows.need_row(asked, resident.id, moment, token))
    work.add(need)
    await work.flush()
    clocks = rows.clock_rows(need.id, moment)
    work.add_all([Clock(**row) for row in clocks])
    words = f"【抚州社工】您的需求已登记，编号{need.reference}。查询进度：http://127.0.0.1:8000/track/{token}"
    message = rows.message_row(resident.id, need.id, phone["number"], words, moment)
    work.add(Message(**message))
    timers = rows.timer_rows(clocks, message["id"], resident.id, moment)
    work.add_all([Timer(**(row | {"payload": orjson.loads(row["payload"])})) for row in timers])
    for name, subject in (("needs.resident_changed.v1", resident.id), ("needs.need_registered.v1", need.id)):
        body = {"id": str(subject), "division": rows.TOWNSHIP, "groups": need.groups}
        work.add(
            FactRow(id=new_id(), name=name, subject=str(subject), sequence=1, time=moment, audience=None, body=body)
        )
    answer = rows.answer_of({column.key: getattr(need, column.key) for column in Need.__table__.columns}, clocks)
    kept = seal(orjson.dumps(answer).decode(), "idempotency", "answer", f"{rows.SUBJECT}\x1f{idempotency_key}")
    print_ = fingerprint(request, await request.body())
    work.add(
        IdempotencyRow(
            caller=rows.SUBJECT, key=idempotency_key, fingerprint=print_, status=201, etag=None, answer=kept,
            answered_at=moment,
        )
    )  # fmt: skip
    response.headers["ETag"] = '"1"'
    return answer
