"""Signing in and out: to identity and back, and the one cookie."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request, Response
from starlette.responses import RedirectResponse

from services.console.errors import SignInFailed
from services.console.pages.room import COOKIE, AtDesk, PageRoom, Sent, house_of, moment
from services.console.service import sessions
from services.console.settings import Settings

SIGNING_IN = "fuzhou_signing_in"
TEN_MINUTES = 600
router = PageRoom()


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.house.settings
    return settings


def _keep(request: Request, response: Response, name: str, secret: str, *, seconds: int, path: str) -> None:
    """A cookie that no script reads and no other site sends along with a form."""
    response.set_cookie(
        name, secret, max_age=seconds, path=path, httponly=True, samesite="lax", secure=_settings(request).is_secure
    )


@router.get("/desk/sign-in")
async def sign_in(
    request: Request,
    to: Annotated[str, Query(max_length=2000)] = "/desk",
    account: Annotated[str, Query(max_length=80)] = "",
) -> Response:
    """To identity, with a state that only this browser can bring back; the name can be filled in already."""
    where, state = await sessions.begin(house_of(request), return_to=to, at=moment(request), account=account)
    response = RedirectResponse(where, 303)
    _keep(request, response, SIGNING_IN, state, seconds=TEN_MINUTES, path="/desk/callback")
    return response


@router.get("/desk/callback")
async def come_back(
    request: Request,
    code: Annotated[str, Query(max_length=2000)] = "",
    state: Annotated[str, Query(max_length=200)] = "",
    iss: Annotated[str, Query(max_length=500)] = "",
) -> Response:
    """From identity: the code becomes a session. Another provider's answer is none to our question (RFC 9207)."""
    is_ours = iss in ("", _settings(request).issuer) and request.cookies.get(SIGNING_IN) == state
    if not code or not state or not is_ours:
        raise SignInFailed
    secret, to = await sessions.finish(house_of(request), code=code, state=state, at=moment(request))
    response = RedirectResponse(to, 303)
    hours = _settings(request).session_hours
    _keep(request, response, COOKIE, secret, seconds=int(hours * 3600), path="/")
    response.delete_cookie(SIGNING_IN, path="/desk/callback")
    return response


@router.post("/desk/sign-out")
async def sign_out(request: Request, who: AtDesk, form: Sent) -> Response:
    """The session ends here, and at identity."""
    id_token = await sessions.id_token_of(house_of(request), who)
    await sessions.leave(house_of(request), who, at=who.at)
    settings = _settings(request)
    asked = {"post_logout_redirect_uri": f"{settings.public_address}/", "client_id": sessions.CLIENT}
    asked |= {"id_token_hint": id_token} if id_token else {}
    response = RedirectResponse(f"{settings.issuer}/v1/end-session?{urlencode(asked)}", 303)
    response.delete_cookie(COOKIE, path="/")
    return response


@router.get("/desk")
async def my_desk(request: Request, who: AtDesk) -> Response:
    """To the desk that is the person's first; who has none is told at the portal."""
    return RedirectResponse(who.desks[0].path if who.desks else "/", 303)
