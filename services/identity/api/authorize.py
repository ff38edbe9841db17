"""The sign-in page, over the counter: where clients send a browser, and whence it goes back with a code."""

import time
from typing import Any, Final

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.identity.api import forms
from services.identity.api.forms import FORM, SESSION_COOKIE
from services.identity.api.pages import clock_time, page
from services.identity.service import authorizing, development, signing_in
from services.identity.service.authorizing import Asked, NoWayBack, SendBack
from services.identity.service.signing_in import Stand, Step, Trouble
from shared.kit.access import anyone
from shared.kit.contract import goes_on
from shared.kit.edge import Room, Transaction, retry_safe
from shared.kit.fair_use import per_address

SIGNING_IN: Final = "identity.sign_in"
ASKED: Final[dict[str, dict[str, Any]]] = {
    "response_type": {"type": "string", "enum": ["code"]},
    "client_id": {"type": "string", "examples": ["console"]},
    "redirect_uri": {"type": "string"},
    "scope": {"type": "string", "examples": ["openid"]},
    "state": {"type": "string"},
    "nonce": {"type": "string"},
    "code_challenge": {"type": "string", "pattern": "^[A-Za-z0-9_-]{43}$"},
    "code_challenge_method": {"type": "string", "enum": ["S256"]},
    "prompt": {"type": "string", "enum": ["login", "none"]},
    "max_age": {"type": "integer"},
    "login_hint": {"type": "string"},
}
OPTIONAL: Final = {"prompt", "max_age", "login_hint"}
PARAMETERS: Final[list[dict[str, Any]]] = [
    {"name": name, "in": "query", "required": name not in OPTIONAL, "schema": schema} for name, schema in ASKED.items()
]
STEPS: Final[dict[str, Any]] = {
    "parameters": PARAMETERS,
    "requestBody": {
        "required": True,
        "content": {
            FORM: {
                "schema": {
                    "type": "object",
                    "required": ["proof", "step"],
                    "properties": {
                        "proof": {"type": "string"},
                        "step": {"type": "string", "enum": ["password", "code"]},
                        "name": {"type": "string"},
                        "password": {"type": "string", "format": "password"},
                        "code": {"type": "string"},
                    },
                },
                "example": {"proof": "as the page has it", "step": "password", "name": "hotline", "password": "…"},
            }
        },
    },
}
WRONG: Final[dict[Trouble, str]] = {
    Trouble.WRONG_PASSWORD: (
        "账号或密码不对。请核对账号名与大小写后重新输入；一分钟内连错六次，该账号会暂停登录五分钟。"
    ),
    Trouble.WRONG_CODE: (
        "动态码不对或已过期。它每 30 秒换一次，请输入手机上此刻显示的 6 位数字；总是不对，请核对手机时间。"
    ),
    Trouble.TOO_LATE: "这一步已过期。请重新输入账号和密码，再在五分钟内输入动态码。",
    Trouble.NO_FACTOR: (
        "该账号须有第二步验证，但尚未设置。请联系平台管理员开一个一次性链接，打开后按提示设置即可登录。"
    ),
    Trouble.LOCKED: "",
}
BACK: Final = "Back to the application, with a code or an error."
router = Room(prefix="/v1", tags=["signing in"])


@router.get(
    "/authorize", dependencies=[anyone(SIGNING_IN), per_address("pages_per_minute")], summary="Sign in",
    response_class=HTMLResponse, responses=goes_on(BACK), openapi_extra={"parameters": PARAMETERS},
)  # fmt: skip
async def show_sign_in(request: Request, session: Transaction) -> Response:
    """The sign-in page (OpenID Connect Core, 3.1.2: authorization code with PKCE); who is signed in goes on at once.

    Back at `redirect_uri` arrive `code`, `state` and `iss`, or `error`. An unknown client or address is told here.
    """
    asked = await _asked(request, session)
    if isinstance(asked, Response):
        return asked
    query, issuer = forms.query_of(request) or {}, _issuer(request)
    carried = await signing_in.signed_in(session, request.cookies.get(SESSION_COOKIE, ""))
    if carried is not None and not _asks_anew(query, carried[0].started_at.timestamp()):
        return _go(await authorizing.give_code(asked, *carried, issuer=issuer))
    if query.get("prompt") == "none":
        return _go(authorizing.refused(asked.request, "login_required", "Nobody is signed in.", issuer=issuer).location)
    return _password_page(request, asked, name=query.get("login_hint", "")[:40])


@router.post(
    "/authorize", dependencies=[anyone(SIGNING_IN), per_address("sign_in_per_minute")], summary="Sign in, step by step",
    response_class=HTMLResponse, responses=goes_on(BACK), openapi_extra=STEPS,
)  # fmt: skip
@retry_safe
async def take_step(request: Request, session: Transaction) -> Response:
    """What the sign-in page sends: first name and password, then the code where one is needed."""
    asked, fields = await _asked(request, session), await forms.form_of(request)
    if isinstance(asked, Response):
        return asked
    if not forms.is_from_our_page(request, fields):
        return _password_page(
            request, asked, name="", status=403,
            notice="这个页面已过期，或不是从本站打开的。请在下面重新登录；浏览器须允许本站的 Cookie。",
        )  # fmt: skip
    agent = request.headers.get("user-agent", "")
    if fields.get("step") == "code":
        stand = await signing_in.try_code(session, request.cookies.get(SESSION_COOKIE, ""), fields.get("code", ""))
    else:
        stand = await signing_in.try_password(
            session, fields.get("name", ""), fields.get("password", ""), agent=agent
        )  # fmt: skip
    return await _after(request, session, asked, stand, name=fields.get("name", "")[:40])


async def _after(request: Request, session: Transaction, asked: Asked, stand: Stand, *, name: str) -> Response:
    """Where a step leads: on to the client, to the next step, or back with what was wrong."""
    if stand.step is Step.IN and stand.sign_in is not None:
        carried = await signing_in.carried_by(session, stand.sign_in)
        assert carried is not None
        response: Response = _go(await authorizing.give_code(asked, *carried, issuer=_issuer(request)))
    elif stand.step is Step.CODE and stand.sign_in is not None:
        wrong = WRONG[stand.trouble] if stand.trouble else ""
        response = page(
            request, "code", status=401 if wrong else 200, leads_to=asked.redirect_uri, name=stand.sign_in.account,
            wrong=wrong, trying=_trying(request),
        )  # fmt: skip
    else:
        response = _refused_page(request, asked, stand, name=name)
    if stand.key is not None:
        forms.keep(response, SESSION_COOKIE, stand.key, request.app.state.house.settings)
    return response


def _refused_page(request: Request, asked: Asked, stand: Stand, *, name: str) -> Response:
    if stand.trouble is Trouble.LOCKED and stand.until is not None:
        notice = (
            f"一分钟内连续输错六次，该账号暂停登录到 {clock_time(stand.until)}。到时可再试；忘记密码请联系平台管理员。"
        )
        response = _password_page(request, asked, name=name, notice=notice, status=429)
        response.headers["Retry-After"] = str(max(1, int(stand.until.timestamp() - time.time()) + 1))
        return response
    said = WRONG[stand.trouble] if stand.trouble else ""
    beside = stand.trouble is Trouble.WRONG_PASSWORD
    return _password_page(
        request, asked, name=name, status=401, wrong=said if beside else "", notice="" if beside else said
    )


def _password_page(
    request: Request, asked: Asked, *, name: str, notice: str = "", wrong: str = "", status: int = 200
) -> Response:
    return page(
        request, "password", status=status, leads_to=asked.redirect_uri, name=name, notice=notice, wrong=wrong,
        trying=_trying(request),
    )  # fmt: skip


async def _asked(request: Request, session: Transaction) -> Asked | Response:
    """What the client asks for, or the answer to what cannot be."""
    try:
        query = forms.query_of(request)
        if query is None:
            raise NoWayBack
        return await authorizing.asked_for_code(session, query, issuer=_issuer(request))
    except SendBack as back:
        return _go(back.location)
    except NoWayBack:
        return page(
            request, "message", status=400, title="无法登录", button="", onward=None, error="invalid_request",
            words=["打开本页的应用没有登记，或它的返回地址与登记的不符。请从平台首页重新进入；若仍如此，请告知管理员。"],
        )  # fmt: skip


def _asks_anew(query: dict[str, str], signed_in_at: float) -> bool:
    """Whether the client wants to see the password again, whoever is signed in."""
    most = query.get("max_age", "")
    too_long_ago = most.isdigit() and time.time() - signed_in_at > int(most[:9])
    return query.get("prompt") == "login" or too_long_ago


def _trying(request: Request) -> dict[str, Any] | None:
    """What the page tells whoever tries the platform out; nothing in production."""
    return development.trying(request.app.state.house.settings)


def _issuer(request: Request) -> str:
    issuer: str = request.app.state.house.settings.issuer
    return issuer


def _go(location: str) -> Response:
    return RedirectResponse(location, 303)
