"""One-time links, over the counter: made by administrators, opened by the person."""

from typing import Annotated, Any, Final

from fastapi import Path, Request, Response
from fastapi.responses import HTMLResponse

from services.identity.api import forms
from services.identity.api.accounts import AccountName
from services.identity.api.authorize import SIGNING_IN
from services.identity.api.forms import FORM
from services.identity.api.pages import page
from services.identity.errors import LinkSpent
from services.identity.rules.second_factor import address_of
from services.identity.schemas.sessions import LinkForm, LinkView
from services.identity.service import links
from services.identity.service.links import Opened
from shared.kit.access import Who, anyone, may
from shared.kit.edge import Room, Transaction, retry_safe
from shared.kit.fair_use import per_address
from shared.schemas.access import Action

PASSWORD_FORM: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {
                "schema": {
                    "type": "object",
                    "required": ["proof", "password", "again"],
                    "properties": {
                        "proof": {"type": "string"},
                        "password": {"type": "string", "format": "password"},
                        "again": {"type": "string", "format": "password"},
                        "code": {"type": "string"},
                    },
                },
                "example": {"proof": "as the page has it", "password": "…", "again": "…"},
            }
        },
    }
}
Secret = Annotated[str, Path(min_length=1, max_length=64, description="As the link has it.")]
router = Room(prefix="/v1", tags=["signing in"])


@router.post(
    "/accounts/{name}/links", status_code=201, dependencies=[may(Action.MANAGE_ACCOUNTS)], summary="A one-time link"
)
async def make_link(name: AccountName, form: LinkForm, session: Transaction, who: Who) -> LinkView:
    """A link by which the person sets their password, the first or a new one, within a day; earlier links end."""
    return await links.make_link(session, name, form, by=who)


@router.get(
    "/links/{link}", dependencies=[anyone(SIGNING_IN), per_address("pages_per_minute")], summary="Open a link",
    response_class=HTMLResponse,
)  # fmt: skip
async def open_link(link: Secret, request: Request, session: Transaction) -> Response:
    """The page on which a password is set, with a second factor where the account needs one."""
    try:
        return _link_page(request, await links.open_link(session, link), {})
    except LinkSpent:
        return _spent(request)


@router.post(
    "/links/{link}", dependencies=[anyone(SIGNING_IN), per_address("sign_in_per_minute")], summary="Set a password",
    response_class=HTMLResponse, openapi_extra=PASSWORD_FORM,
)  # fmt: skip
@retry_safe
async def set_password(link: Secret, request: Request, session: Transaction) -> Response:
    """What the page sends. Sessions of before end, and the link is good no more."""
    fields = await forms.form_of(request)
    try:
        opened = await links.open_link(session, link, lock=True)
    except LinkSpent:
        return _spent(request)
    if not forms.is_from_our_page(request, fields):
        return _link_page(request, opened, {"password": "这个页面已过期，请重新输入。"}, status=403)
    wrong = await links.set_password(
        session, opened, password=fields.get("password", ""), again=fields.get("again", ""),
        code=fields.get("code", ""),
    )  # fmt: skip
    if wrong:
        return _link_page(request, opened, wrong, status=422)
    return page(
        request, "message", title="密码已设定", button="", onward=("/", "去首页登录"), error="",
        words=[f"账号 {opened.account.name} 的密码已设定，此前的登录都已退出。请用新密码登录。"],
    )  # fmt: skip


def _link_page(request: Request, opened: Opened, wrong: dict[str, str], *, status: int = 200) -> Response:
    name, factor = opened.account.name, opened.factor
    return page(
        request, "link", status=status, name=name, wrong=wrong, asks_code=opened.asks_code,
        factor=" ".join(factor[at : at + 4] for at in range(0, len(factor), 4)) if factor else "",
        factor_address=address_of(factor, account=name) if factor else "",
    )  # fmt: skip


def _spent(request: Request) -> Response:
    return page(
        request, "message", status=404, title="链接已失效", button="", onward=None, error="",
        words=["一次性链接只能用一次，24 小时内有效，且只有最新的一个有效。请联系管理员再开一个。"],
    )  # fmt: skip
