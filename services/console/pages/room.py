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

from services.console.errors import FormNotYours, PageBroken, Refused, SendingBroken, SignInNeeded
from services.console.pages.drawing import draw_bare
from services.console.service import sessions
from services.console.service.asking import Person
from shared.kit.clock import wall_clock
from shared.kit.edge import moment_of
from shared.kit.errors import NotFound, Problem
from shared.kit.problems import problem_of
from shared.kit.service import House

COOKIE: Final = "fuzhou_desk"
# What scripts say with whatever a screen asks for because of news, and nobody by their own hand.
BY_ITSELF: Final = "x-by-itself"
MOST_FIELDS: Final = 200
LONGEST_FORM: Final = 200_000
BROKEN: Final = 500
# Who opens these came from a message and has no desk to go back to.
FOR_PASSERS_BY: Final = ("/track/", "/survey/")
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
                return refusal(request, NotFound())
            except (Problem, Refused) as refused:
                return refusal(request, refused)
            except Exception as trouble:
                # Whatever else breaks is told as a page too; the log has it, without its values.
                problem = problem_of(trouble)
                if problem.status >= BROKEN:
                    log.error("broken", exc_info=trouble)
                return refusal(request, problem)

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


def refusal(request: Request, problem: Problem | Refused) -> Response:
    """A refusal as a page, or as the part that was asked for; drawn without a question to anybody, who may be away."""
    if problem.status == BROKEN:
        # What a service says to whoever wrote a program for it is of no use to who reads a page.
        problem = PageBroken() if request.method == "GET" else SendingBroken()
    name = "refusal.html"
    if request.url.path.startswith(FOR_PASSERS_BY):
        name = "refusal_plain.html"
    elif is_part(request):
        name = "parts/refusal.html"
    who: Person | None = getattr(request.state, "person", None)
    return draw_bare(
        request, name, who, status=problem.status, problem=problem, again=_again(request, problem),
        request_id=getattr(request.state, "request_id", ""),
    )  # fmt: skip


def _again(request: Request, problem: Problem | Refused) -> str:
    """The address to try once more, where trying again may help and does nothing twice."""
    if request.method != "GET" or problem.status < BROKEN:
        return ""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


async def signed_in(request: Request) -> Person:
    """Who is at the desk.

    Raises:
        SignInNeeded: nobody.
    """
    return await signed_in_here(request, is_asked_for=BY_ITSELF not in request.headers)


async def signed_in_here(request: Request, *, is_asked_for: bool) -> Person:
    """The same; `is_asked_for` says whether somebody did something, or a screen asks by itself.

    Raises:
        SignInNeeded: nobody.
    """
    secret = request.cookies.get(COOKIE)
    if not secret:
        raise SignInNeeded
    at, played_at = moment(request), moment_of(request)
    who = await sessions.person(house_of(request), secret, at=at, played_at=played_at, is_asked_for=is_asked_for)
    request.state.person = who
    return who


async def signed_in_or_nobody(request: Request) -> Person | None:
    """Who is at the desk, if anybody."""
    try:
        return await signed_in(request)
    except SignInNeeded:
        return None


AtDesk = Annotated[Person, Depends(signed_in)]
Anybody = Annotated[Person | None, Depends(signed_in_or_nobody)]


class Form(dict[str, str]):
    """The fields of a form that this session was given; `all` has the lists (boxes that are ticked)."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        super().__init__({name: values[-1].strip() for name, values in fields.items()})
        self.all = fields

    @property
    def key(self) -> str | None:
        """The form's own key: sent twice, it acts once."""
        return self.get("key") or None

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
