"""What all pages share: who is at the desk, forms that are this session's own, and refusals told as pages."""

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Annotated, Any, Final
from urllib.parse import parse_qs, quote

import structlog
from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.responses import RedirectResponse

from services.console.errors import FormNotYours, Refused, SignInNeeded
from services.console.pages.drawing import draw
from services.console.service import sessions
from services.console.service.asking import Person
from shared.kit.clock import wall_clock
from shared.kit.edge import moment_of
from shared.kit.errors import NotFound, Problem
from shared.kit.service import House

COOKIE: Final = "fuzhou_desk"
MOST_FIELDS: Final = 200
MOST_DIGITS: Final = 10
LONGEST_FORM: Final = 200_000
log = structlog.get_logger()
Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


class PageRoute(APIRoute):
    """A route that answers pages only: a refusal is one too, and who is not signed in is led there and back."""

    def get_route_handler(self) -> Endpoint:
        endpoint = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await endpoint(request)
            except SignInNeeded:
                return _to_sign_in(request)
            except RequestValidationError:
                # An address that was typed wrong: nothing is there.
                return await refusal(request, NotFound())
            except (Problem, Refused) as problem:
                return await refusal(request, problem)

        return answer


class PageRoom(APIRouter):
    """A router of pages; none stands in a contract."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(route_class=PageRoute, include_in_schema=False, **kwargs)


def house_of(request: Request) -> House:
    house: House = request.app.state.house
    return house


def moment(request: Request) -> datetime:
    """The page's one clock: the wall's, or the one that a played request brings."""
    return moment_of(request) or wall_clock()


def is_part(request: Request) -> bool:
    """Whether only a part of a page is wanted."""
    return request.headers.get("hx-request") == "true"


def _to_sign_in(request: Request) -> Response:
    """To signing in, and from there back to where a page can be shown."""
    came_from = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = quote(came_from if request.method == "GET" and not is_part(request) else "/desk", safe="")
    where = f"/desk/sign-in?to={back}"
    if is_part(request):
        return Response(status_code=204, headers={"HX-Redirect": where})
    return RedirectResponse(where, 303)


async def refusal(request: Request, problem: Problem | Refused) -> Response:
    """A refusal as a page, or as the part that was asked for."""
    who: Person | None = getattr(request.state, "person", None)
    name = "parts/refusal.html" if is_part(request) else "refusal.html"
    return await draw(
        request, name, who, status=problem.status, problem=problem,
        request_id=getattr(request.state, "request_id", ""),
    )  # fmt: skip


async def signed_in(request: Request) -> Person:
    """Who is at the desk.

    Raises:
        SignInNeeded: nobody.
    """
    secret = request.cookies.get(COOKIE)
    if not secret:
        raise SignInNeeded
    who = await sessions.person(house_of(request), secret, at=moment(request), played_at=moment_of(request))
    request.state.person = who
    return who


AtDesk = Annotated[Person, Depends(signed_in)]


class Form(dict[str, str]):
    """The fields of a form that this session was given; `all` has the lists (boxes that are ticked)."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        super().__init__({name: values[-1].strip() for name, values in fields.items()})
        self.all = fields

    @property
    def key(self) -> str | None:
        """The form's own key: sent twice, it acts once."""
        return self.get("key") or None

    def number(self, name: str) -> int:
        """A whole number that the page itself wrote; -1 where it is not there any more."""
        told = self.get(name, "")
        return int(told) if told.isdecimal() and len(told) < MOST_DIGITS else -1

    def filled(self, *names: str) -> dict[str, str]:
        """The fields of these names that say something."""
        return {name: self[name] for name in names if self.get(name)}


def fields_of(body: bytes) -> dict[str, list[str]]:
    """A form as browsers send it; what cannot be read says nothing."""
    try:
        return parse_qs(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}


async def sent_form(request: Request, who: AtDesk) -> Form:
    """The form that was sent, if it was given out to this session.

    Raises:
        FormNotYours: another site made it, or another session.
    """
    fields = fields_of((await request.body())[:LONGEST_FORM])
    given = request.headers.get("x-csrf") or (fields.get("csrf") or [""])[-1]
    if not who.gave_out(given):
        raise FormNotYours
    return Form(fields)


Sent = Annotated[Form, Depends(sent_form)]
