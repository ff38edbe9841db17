"""One-time links: an administrator makes one, and the person sets a password by it, the first or a new one."""

import base64
import secrets
from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.errors import LinkSpent
from services.identity.models import Account, Link, hashed
from services.identity.repository import accounts, passwords, sessions
from services.identity.rules.lifetimes import LINK
from services.identity.rules.passwords import what_is_weak
from services.identity.rules.second_factor import step_shown
from services.identity.schemas.sessions import LinkForm, LinkView
from services.identity.service.accounts import held
from services.identity.service.passwords import hash_of
from services.identity.service.signing_in import count_failure, failures_of, is_locked
from services.identity.settings import Settings
from shared.kit.access import Caller
from shared.kit.audit import record_act
from shared.kit.clock import wall_clock
from shared.kit.feed.log import announce
from shared.kit.ids import new_id
from shared.kit.settings import settings_of

SECRET_BYTES: Final = 32
FACTOR_BYTES: Final = 20
ACT: Final = "set_password"
WRONG_CODE: Final = "动态码不对或已过期。它每 30 秒换一次，请输入手机上此刻显示的 6 位数字；总是不对，请核对手机时间。"


@dataclass(frozen=True, slots=True)
class Opened:
    """A good link with its account, and the secret of the second factor that is to be set up, if one is."""

    link: Link
    account: Account
    factor: str | None

    @property
    def asks_code(self) -> bool:
        """Whoever has a second factor, or is about to, shows that the telephone is at hand."""
        return self.factor is not None or self.account.totp is not None


async def make_link(session: AsyncSession, name: str, form: LinkForm, *, by: Caller) -> LinkView:
    """A fresh link for an account of one's own divisions; the ones before are good no more."""
    account = await held(session, name, by)
    return await link_for(session, account, renews=form.renew_second_factor, by=by.subject)


async def link_for(session: AsyncSession, account: Account, *, renews: bool, by: str) -> LinkView:
    """The link itself. It is a credential: it goes to the person, by another way than where they sign in."""
    settings: Settings = settings_of(session)
    at, secret = wall_clock(), secrets.token_urlsafe(SECRET_BYTES)
    await passwords.spend_links(session, account.name, at)
    made = Link(
        id=new_id(), hash=hashed(secret), account=account.name, divisions=list(account.divisions), made_by=by,
        factor_sealed=None, made_at=at, ends_at=at + LINK, used_at=None,
    )  # fmt: skip
    if account.needs_second_factor and (renews or account.totp_sealed is None):
        made.factor = base64.b32encode(secrets.token_bytes(FACTOR_BYTES)).decode()
    session.add(made)
    await record_act(session, "make_link", purpose="a password to be set", outcome="made", subject=account.id)
    return LinkView(account=account.name, url=f"{settings.issuer}/v1/links/{secret}", ends_at=made.ends_at)


async def open_link(session: AsyncSession, secret: str, *, lock: bool = False) -> Opened:
    """Look at a link.

    Raises:
        LinkSpent: it was used, is too old, or never was; or its account has ended.
    """
    found = await passwords.link(session, hashed(secret), lock=lock)
    if found is None or not found.is_good(wall_clock()):
        raise LinkSpent
    account = await accounts.account_named(session, found.account)
    if account is None or not account.is_active:
        raise LinkSpent
    return Opened(found, account, found.factor)


async def set_password(
    session: AsyncSession, opened: Opened, *, password: str, again: str, code: str
) -> dict[str, str]:
    """Take the new password and end every session of before; what is wrong, by field, if it cannot be taken."""
    # Held in one order everywhere: the failures, the account, its sessions.
    lock = await failures_of(session, opened.account.name)
    account = await accounts.account_named(session, opened.account.name, lock=True)
    assert account is not None
    at = wall_clock()
    if is_locked(lock, at):
        return {"code": "连续输错次数过多，请五分钟后再试。"}
    wrong = _wrong_words(password, again, account.name)
    factor, after = (opened.factor, None) if opened.factor else (account.totp, account.factor_step)
    step = step_shown(factor, code.replace(" ", ""), at=at.timestamp(), after=after) if factor else None
    if factor and step is None:
        count_failure(lock, at)
        wrong["code"] = WRONG_CODE
    if wrong:
        return wrong
    account.set_password(await hash_of(password), opened.factor)
    account.factor_step = step
    opened.link.used_at = at
    await sessions.end_all_of(session, account.name, at)
    await record_act(session, ACT, purpose="by a one-time link", outcome="set", subject=account.id)
    announce(session, account.changed(), account.revoked(at))
    return {}


def _wrong_words(password: str, again: str, account: str) -> dict[str, str]:
    weak = what_is_weak(password, account=account)
    if weak is not None:
        return {"password": weak}
    return {} if password == again else {"again": "两次输入的密码不一样，请重新输入。"}
