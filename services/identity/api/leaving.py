"""Signing out, over the counter (OpenID Connect RP-Initiated Logout 1.0)."""

from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.identity.api import forms
from services.identity.api.authorize import SIGNING_IN
from services.identity.api.forms import FORM, SESSION_COOKIE
from services.identity.api.pages import page
from services.identity.service import leaving
from shared.kit.access import anyone
from shared.kit.contract import goes_on
from shared.kit.edge import Room, Transaction, retry_safe
from shared.kit.fair_use import per_address

PROOF_FORM: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {
                "schema": {"type": "object", "required": ["proof"], "properties": {"proof": {"type": "string"}}},
                "example": {"proof": "as the page has it"},
            }
        },
    }
}
router = Room(prefix="/v1", tags=["signing in"])


@router.get(
    "/end-session", dependencies=[anyone(SIGNING_IN), per_address("pages_per_minute")], summary="Sign out",
    response_class=HTMLResponse, responses=goes_on("Back to the application."),
)  # fmt: skip
async def leave(
    request: Request,
    session: Transaction,
    id_token_hint: Annotated[str | None, Query(max_length=4096, description="The ID token of who leaves.")] = None,
    post_logout_redirect_uri: Annotated[str | None, Query(max_length=512, description="Registered.")] = None,
    state: Annotated[str | None, Query(max_length=1024, description="Comes back.")] = None,
    client_id: Annotated[str | None, Query(max_length=40, description="Who sends the browser, without a hint.")] = None,
) -> Response:
    """Ends the session that the hint names, at once and everywhere; without a hint a page asks first.

    A client that gave its refresh token back has ended the session already: its browser goes on without a question,
    and no token stood in an address.
    """
    client = await leaving.end_named(session, id_token_hint or "")
    if client is None and client_id and await leaving.is_gone(session, request.cookies.get(SESSION_COOKIE, "")):
        client = client_id
    if client is None:
        return page(
            request, "message", title="退出登录", words=["确定要退出吗？退出后，各工作台都需重新登录。"],
            button="退出登录", onward=None, error="",
        )  # fmt: skip
    onward = await leaving.way_onward(session, client, post_logout_redirect_uri or "")
    response = _gone(request) if onward is None else RedirectResponse(_with_state(onward, state), 303)
    forms.drop(response, SESSION_COOKIE, request.app.state.house.settings)
    return response


@router.post(
    "/end-session", dependencies=[anyone(SIGNING_IN), per_address("pages_per_minute")], summary="Sign out here",
    response_class=HTMLResponse, responses=goes_on("Back to the application."), openapi_extra=PROOF_FORM,
)  # fmt: skip
@retry_safe
async def leave_here(request: Request, session: Transaction) -> Response:
    """The button of the page: ends the session of this browser."""
    if not forms.is_from_our_page(request, await forms.form_of(request)):
        return page(
            request, "message", status=403, title="退出登录", words=["这个页面已过期，请再按一次。"],
            button="退出登录", onward=None, error="",
        )  # fmt: skip
    await leaving.end_here(session, request.cookies.get(SESSION_COOKIE, ""))
    response = _gone(request)
    forms.drop(response, SESSION_COOKIE, request.app.state.house.settings)
    return response


def _gone(request: Request) -> Response:
    return page(
        request, "message", title="已退出", words=["您已退出登录，可以关闭本页。"], button="",
        onward=("/", "回到首页"), error="",
    )  # fmt: skip


def _with_state(address: str, state: str | None) -> str:
    return address if state is None else f"{address}{'&' if '?' in address else '?'}{urlencode({'state': state})}"
