"""Accounts, for their administrators: found, made, ended; a link for a password, and where somebody is signed in."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query, Request, Response
from starlette.responses import RedirectResponse

from services.console.errors import Refused
from services.console.pages.acting import act
from services.console.pages.drawing import draw
from services.console.pages.room import AtDesk, Form, PageRoom, Sent
from services.console.service import accounts
from services.console.service.asking import Person
from shared.schemas.access import Role

router = PageRoom(prefix="/desk/accounts")
Name = Annotated[str, Path(max_length=40, pattern=r"^[a-z0-9_-]+$")]
Words = Annotated[str, Query(max_length=40)]


@router.get("")
async def read_accounts(
    request: Request,
    who: AtDesk,
    name: Words = "",
    division: Annotated[str, Query(pattern=r"^(\d{4,12})?$")] = "",
    *,
    ended: bool = False,
    after: Annotated[str | None, Query(max_length=400)] = None,
) -> Response:
    """The accounts of the person's divisions, by name and place."""
    return await _accounts(request, who, name=name, division=division, ended=ended, after=after)


async def _accounts(
    request: Request, who: Person, *, name: str = "", division: str = "", ended: bool = False,
    after: str | None = None, refused: Refused | None = None, filled: Form | None = None,
) -> Response:  # fmt: skip
    page = await accounts.accounts(who, name=name, division=division, ended=ended, after=after)
    return await draw(
        request, "accounts.html", who, status=refused.status if refused else 200, page=page, called=name,
        division=division, ended=ended, refused=refused, filled=filled or {}, roles=accounts.ROLES, role_of=Role,
    )  # fmt: skip


@router.post("")
async def create(request: Request, who: AtDesk, form: Sent) -> Response:
    """A new account with one role; it signs in once somebody has opened its link."""
    body: dict[str, Any] = {"name": form.get("name", ""), "grants": [_granted(form)], **form.filled("worker")}
    try:
        made = await who.post("identity", "/accounts", body, key=form.key)
    except Refused as refused:
        return await _accounts(request, who, refused=refused, filled=form)
    return RedirectResponse(f"/desk/accounts/{made['name']}", 303)


def _granted(form: Form) -> dict[str, Any]:
    return accounts.grant_of(**{each: form.get(each, "") for each in ("role", "division", "station", "provider")})


@router.get("/{name}")
async def read_account(request: Request, who: AtDesk, name: Name) -> Response:
    """One account with its roles and where it is signed in."""
    return await _account(request, who, name)


async def _account(
    request: Request, who: Person, name: str, *, refused: Refused | None = None, filled: Form | None = None,
    done: str = "", link: dict[str, Any] | None = None,
) -> Response:  # fmt: skip
    return await draw(
        request, "account.html", who, status=refused.status if refused else 200, refused=refused, done=done, link=link,
        file=await accounts.account_file(who, name), filled=filled or {}, roles=accounts.ROLES, role_of=Role,
    )  # fmt: skip


@router.post("/{name}/roles")
async def add_role(request: Request, who: AtDesk, name: Name, form: Sent) -> Response:
    """One more role for the account, in a scope of its own."""
    try:
        await accounts.add_grant(who, name, _granted(form), version=form.number("version"))
    except Refused as refused:
        return await _account(request, who, name, refused=refused, filled=form)
    return RedirectResponse(f"/desk/accounts/{name}", 303)


@router.post("/{name}/roles/remove")
async def remove_role(request: Request, who: AtDesk, name: Name, form: Sent) -> Response:
    """The account has that role no longer; tokens with it end."""
    try:
        await accounts.remove_grant(who, name, form.number("place"), version=form.number("version"))
    except Refused as refused:
        return await _account(request, who, name, refused=refused)
    return RedirectResponse(f"/desk/accounts/{name}", 303)


@router.post("/{name}/end")
async def end(request: Request, who: AtDesk, name: Name, form: Sent) -> Response:
    """The account is used no more."""
    return await act(
        request, who, form, service="identity", path=f"/accounts/{name}/end", body={}, done="账号已停用。",
        again=partial(_account, request, who, name), to=f"/desk/accounts/{name}",
    )  # fmt: skip


@router.post("/{name}/links")
async def make_link(request: Request, who: AtDesk, name: Name, form: Sent) -> Response:
    """A one-time link for a password: shown on this page and on no other."""
    body = {"renew_second_factor": form.get("renew") == "yes"}
    try:
        link = await who.post("identity", f"/accounts/{name}/links", body, key=form.key)
    except Refused as refused:
        return await _account(request, who, name, refused=refused)
    return await _account(request, who, name, link=link)


@router.post("/{name}/sessions/{id}/end")
async def end_session(request: Request, who: AtDesk, name: Name, id: UUID, form: Sent) -> Response:
    """That browser must sign in again."""
    return await act(
        request, who, form, service="identity", path=f"/sessions/{id}/end", body={}, done="该登录已退出。",
        again=partial(_account, request, who, name), to=f"/desk/accounts/{name}",
    )  # fmt: skip
