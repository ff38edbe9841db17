"""One error language: every answer that is not a success is a problem document."""

import re
from collections.abc import Sequence

import structlog
from asyncpg.exceptions import InterfaceError as DriverInterfaceError
from asyncpg.exceptions import InternalClientError, PostgresError
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.kit.errors import (
    BadRequest,
    Broken,
    Conflict,
    Forbidden,
    NotAllowed,
    NotFound,
    Problem,
    TooLarge,
    Unavailable,
    Unprocessable,
    WrongKind,
)
from shared.kit.tokens import KeysUnreachable
from shared.kit.wording import what_is_wrong

log = structlog.get_logger()
MEDIA_TYPE = "application/problem+json"

# SQLSTATE classes that mean "the database is not itself just now" and not "the statement is wrong":
# connection, resources, operator intervention, read-only.
AWAY = ("08", "53", "57", "25006", "58")
# A file that should be there is not: that passes by no waiting.
OUR_FAULT = (FileNotFoundError, FileExistsError, PermissionError, IsADirectoryError, NotADirectoryError)
# Deadlock, lock timeout, or two who wrote the same unique thing at once.
BUSY = ("40001", "40P01", "55P03", "23505")
# Row-level security refused a row; the same code with other words is a privilege that we forgot to grant.
NOT_PERMITTED, BY_ROW = "42501", "row-level security"
# A value that no column takes: a NUL character, a number or a time beyond the type's ends (the driver says 22000).
NOT_STORABLE = ("22000", "22003", "22008", "22021", "22P05")


def wants_chinese(request: Request) -> bool:
    """Whether the caller asks for Chinese before English."""
    best: dict[str, float] = {}
    for part in request.headers.get("accept-language", "").lower().split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            quality = 0.0
        best[tag[:2]] = max(best.get(tag[:2], 0.0), quality)
    return best.get("zh", 0.0) > best.get("en", 0.0)


def answer(request: Request, problem: Problem) -> Response:
    """A problem as an HTTP answer."""
    request_id = getattr(request.state, "request_id", "")
    body = problem.body(chinese=wants_chinese(request), request_id=request_id)
    headers = problem.headers | {
        "Content-Language": "zh" if wants_chinese(request) else "en",
        "Vary": "Accept-Language",
    }
    return JSONResponse(body, problem.status, headers, media_type=MEDIA_TYPE)


def _pointer(location: Sequence[int | str]) -> str:
    """A JSON pointer for a place in the body, `query/limit` for a parameter."""
    place, *rest = location or ("body",)
    path = "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in rest)
    return f"#/{path}" if place == "body" else f"{place}/{path}"


def validation_problem(error: RequestValidationError) -> Problem:
    """What the framework found, without the values it found (they may be personal)."""
    found = error.errors()
    if any(each["type"] == "json_invalid" for each in found):
        return BadRequest(
            "The body is not valid JSON. Check quotes, commas and the encoding (UTF-8).",
            zh="请求体不是有效的 JSON。请检查引号、逗号与编码（UTF-8）。",
        )
    return Unprocessable(
        "Some of what was sent cannot be taken; `errors` says where and why.",
        zh="提交的内容有误，`errors` 中列出了位置与原因。",
        errors=[{"pointer": _pointer(place), "detail": en, "zh": zh} for place, en, zh in what_is_wrong(found)],
    )


HTTP_PROBLEMS: dict[int, Problem] = {
    400: BadRequest("The request cannot be read. Check its form and encoding.", zh="请求无法读取，请检查格式与编码。"),
    404: NotFound(),
    405: NotAllowed(
        "This address does not take that method; see the documentation.", zh="该地址不支持此方法，请查看接口文档。"
    ),
    413: TooLarge(
        "The body is larger than is taken at once. Send less, or use a batch.", zh="内容过大，请减少或改用批量接口。"
    ),
    415: WrongKind(
        "This kind of content is not read here. Send application/json.", zh="不支持该内容类型，请用 application/json。"
    ),
}


def http_problem(error: HTTPException) -> Problem:
    known = HTTP_PROBLEMS.get(error.status_code)
    if known is None:
        return Broken() if error.status_code >= 500 else HTTP_PROBLEMS[400]
    known.headers = dict(error.headers or {})
    return known


def _code(error: Exception) -> str:
    source = error.orig if isinstance(error, DBAPIError) else error
    return str(getattr(source, "sqlstate", None) or "")


class Busy(Conflict):
    """Two transactions wanted the same row at once."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody else is changing the same thing right now. Nothing was changed; send it again.",
            zh="他人正在修改同一内容，本次未作改动，请重试。",
            headers={"Retry-After": "1"},
        )


class OutsideYourScope(Forbidden):
    """The database itself refused a row that would have lain where the caller does not reach."""

    def __init__(self) -> None:
        super().__init__(
            "This would lie outside the divisions, stations or provider of your account. Choose a place of your own,"
            " or let a colleague there do it.",
            zh="所填位置不在您账号的区划、社工站或单位范围内。请选择本人范围内的位置，或请当地同事办理。",
        )


class NotStorable(Unprocessable):
    """A value that passed the form and that no column takes."""

    def __init__(self) -> None:
        super().__init__(
            "One of the values cannot be stored: it holds a NUL character, or a number or time beyond what is kept."
            " Correct it, then send it again.",
            zh="有一项内容无法保存：含有空字符（NUL），或数字、时间超出可保存的范围。请更正后重新提交。",
        )


def database_problem(error: Exception) -> Problem:
    """The answer to trouble with the database, or with the machine's own disk and network.

    503 when it is away, 409 when contended, 403 when it guards a scope, 422 for what it cannot hold, else 500.
    """
    if isinstance(error, OUR_FAULT):
        return Broken()
    code = _code(error)
    if code in NOT_STORABLE:
        return NotStorable()
    if code.startswith(BUSY):
        return Busy()
    if code == NOT_PERMITTED and BY_ROW in str(error):
        return OutsideYourScope()
    is_away = not code or code.startswith(AWAY) or getattr(error, "connection_invalidated", False)
    return Unavailable() if is_away else Broken()


def problem_of(error: Exception) -> Problem:
    """What to answer to whatever was raised, logged where it is our own trouble."""
    if isinstance(error, HTTPException):
        return http_problem(error)
    if isinstance(error, (SQLAlchemyError, OSError)):
        log.error("database_trouble", exc_info=error)
        return database_problem(error)
    log.error("broken", exc_info=error)
    return Broken()


def install(app: FastAPI) -> None:
    """Teach an application the one error language."""

    async def on_problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return answer(request, error)

    async def on_validation(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return answer(request, validation_problem(error))

    async def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return answer(request, http_problem(error))

    async def on_database(request: Request, error: Exception) -> Response:
        constraint = getattr(getattr(error, "orig", error), "constraint_name", None)
        log.error("database_trouble", exc_info=error, constraint=constraint)
        return answer(request, database_problem(error))

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(RequestValidationError, on_validation)
    app.add_exception_handler(HTTPException, on_http)
    # The driver's own errors too: the busiest writes speak with it directly, and of a session that ended in the middle
    # of something it says what SQLAlchemy does not know.
    driver = (PostgresError, DriverInterfaceError, InternalClientError)
    for away in (DBAPIError, *driver, PoolTimeout, OSError, KeysUnreachable):
        app.add_exception_handler(away, on_database)


class SizeLimit:
    """Refuses a body that is larger than is taken at once, by what it declares or by what arrives.

    `wider` are the addresses that take more, each with its own limit. The framework's own limit answers in plain
    text, outside of everything that could put it into the one form.
    """

    def __init__(self, app: ASGIApp, most: int, wider: Sequence[tuple[re.Pattern[str], int]] = ()) -> None:
        self.app, self.most, self.wider = app, most, tuple(wider)

    def _most(self, scope: Scope) -> int:
        return next((most for address, most in self.wider if address.match(scope["path"])), self.most)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most, declared = self._most(scope), Headers(scope=scope).get("content-length", "")
        if declared.isdigit() and int(declared) > most:
            await answer(Request(scope), HTTP_PROBLEMS[413])(scope, receive, send)
            return
        arrived = 0

        async def count() -> Message:
            nonlocal arrived
            message = await receive()
            arrived += len(message.get("body", b""))
            if arrived > most:
                # Any other exception becomes a 400 where the framework reads the body.
                raise HTTPException(413)
            return message

        await self.app(scope, count, send)


class LastResort:
    """Answers what nobody expected, and logs it without its values.

    A handler for `Exception` would not do: the framework answers with it and then raises the error again, into
    the server's log, values and all.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except Exception as error:
            log.error("broken", exc_info=error)
            if not started and scope["type"] == "http":
                await answer(Request(scope), Broken())(scope, receive, send)
