"""Signing in: the password, the second factor, and the session that comes of both.

Everything here lives by the machine's clock, as tokens do, whatever time is being played. A wrong try is an answer
and no exception: the failure it counts must stay.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.models import Account, Lockout, SignIn, hashed
from services.identity.repository import accounts, passwords, sessions
from services.identity.rules.lifetimes import SESSION
from services.identity.rules.passwords import LONGEST, locked_until, recent
from services.identity.rules.second_factor import step_shown
from services.identity.service.passwords import is_password
from shared.kit.audit import record_act
from shared.kit.clock import wall_clock
from shared.kit.crypto import blind
from shared.kit.feed.log import announce
from shared.kit.ids import new_id
from shared.kit.settings import settings_of

KEY_BYTES = 32
AGENT_LENGTH = 160
ACT, PURPOSE = "sign_in", "signing in"


class Step(StrEnum):
    """Where somebody stands who signs in."""

    PASSWORD = "password"  # noqa: S105 -- the name of a step
    CODE = "code"
    IN = "in"


class Trouble(StrEnum):
    """Why it does not go on."""

    WRONG_PASSWORD = "wrong_password"  # noqa: S105 -- the name of a trouble
    WRONG_CODE = "wrong_code"
    LOCKED = "locked"
    TOO_LATE = "too_late"
    NO_FACTOR = "no_factor"


@dataclass(frozen=True, slots=True)
class Stand:
    """What came of a try: where it stands now, what was wrong, and the browser's new key."""

    step: Step
    sign_in: SignIn | None = None
    trouble: Trouble | None = None
    until: datetime | None = None
    key: str | None = field(default=None, repr=False)


async def try_password(session: AsyncSession, name: str, password: str, *, agent: str) -> Stand:
    """The first step. Whether there is such an account cannot be told from the answer, nor from its time."""
    name = name.strip().casefold()
    lock = await failures_of(session, name)
    # Read with the row held: whoever waited for it must not count from before the failures that it saw.
    at = wall_clock()
    if is_locked(lock, at):
        return Stand(Step.PASSWORD, trouble=Trouble.LOCKED, until=lock.until)
    account = await accounts.account_named(session, name)
    if account is not None and not _may_sign_in(account, is_production=settings_of(session).is_production):
        account = None
    good = await is_password(password[: LONGEST + 1], account.password_hash if account else None)
    if account is None or not good:
        return await _failed(session, lock, account, at, Stand(Step.PASSWORD, trouble=Trouble.WRONG_PASSWORD))
    if not account.needs_second_factor:
        lock.failures = []
        return await _begin(session, account, agent, at, step=Step.IN)
    if account.totp is None:
        await record_act(session, ACT, purpose=PURPOSE, outcome="no second factor", subject=account.id)
        return Stand(Step.PASSWORD, trouble=Trouble.NO_FACTOR)
    return await _begin(session, account, agent, at, step=Step.CODE)


async def try_code(session: AsyncSession, key: str, code: str) -> Stand:
    """The second step, in the browser that took the first one."""
    begun = await sessions.sign_in_by_key(session, hashed(key))
    if begun is None:
        return Stand(Step.PASSWORD, trouble=Trouble.TOO_LATE)
    # Held in one order everywhere: the failures, the account, its sessions.
    lock = await failures_of(session, begun.account)
    account = await accounts.account_named(session, begun.account, lock=True)
    begun = await sessions.sign_in_by_key(session, hashed(key), lock=True)
    at = wall_clock()
    if is_locked(lock, at):
        return Stand(Step.PASSWORD, trouble=Trouble.LOCKED, until=lock.until)
    if begun is None or not begun.awaits_code(at) or account is None or not account.is_active or account.totp is None:
        return Stand(Step.PASSWORD, trouble=Trouble.TOO_LATE)
    shown = step_shown(account.totp, code.replace(" ", ""), at=at.timestamp(), after=account.factor_step)
    if shown is None:
        return await _failed(session, lock, account, at, Stand(Step.CODE, begun, Trouble.WRONG_CODE))
    lock.failures, account.factor_step = [], shown
    # Another key than before the second factor: one that was seen on the way is worth nothing.
    fresh = secrets.token_urlsafe(KEY_BYTES)
    begun.key_hash, begun.completed_at = hashed(fresh), at
    begun.methods = [*begun.methods, "otp", "mfa"]
    await record_act(session, ACT, purpose=PURPOSE, outcome="signed in", subject=account.id)
    return Stand(Step.IN, begun, key=fresh)


async def signed_in(session: AsyncSession, key: str) -> tuple[SignIn, Account] | None:
    """Whose browser this is, while the session and the account go on."""
    found = await sessions.sign_in_by_key(session, hashed(key)) if key else None
    return await carried_by(session, found)


async def carried_by(session: AsyncSession, found: SignIn | None) -> tuple[SignIn, Account] | None:
    """The session with its account, if both go on and it was begun as the account's roles of today ask for."""
    if found is None or not found.is_open(wall_clock()):
        return None
    account = await accounts.account_named(session, found.account)
    if account is None or not _may_sign_in(account, is_production=settings_of(session).is_production):
        return None
    return (found, account) if "otp" in found.methods or not account.needs_second_factor else None


async def end(session: AsyncSession, found: SignIn) -> None:
    """End a session now; its tokens are refused everywhere within seconds."""
    if found.ended_at is None:
        announce(session, found.end(wall_clock()))


def _may_sign_in(account: Account, *, is_production: bool) -> bool:
    return account.is_active and not (account.is_sample and is_production)


async def _begin(session: AsyncSession, account: Account, agent: str, at: datetime, *, step: Step) -> Stand:
    key = secrets.token_urlsafe(KEY_BYTES)
    begun = SignIn(
        id=new_id(), account=account.name, divisions=list(account.divisions), key_hash=hashed(key),
        agent=agent[:AGENT_LENGTH], methods=["pwd"], started_at=at, seen_at=at, ends_at=at + SESSION,
        completed_at=at if step is Step.IN else None, ended_at=None,
    )  # fmt: skip
    session.add(begun)
    await session.flush()
    if step is Step.IN:
        await sessions.forget_old(session, at)
        await record_act(session, ACT, purpose=PURPOSE, outcome="signed in", subject=account.id)
    return Stand(step, begun, key=key)


async def _failed(session: AsyncSession, lock: Lockout, account: Account | None, at: datetime, stand: Stand) -> Stand:
    """Count a failure, and lock the name after the sixth within a minute."""
    count_failure(lock, at)
    outcome = f"refused: {stand.trouble}" if lock.until is None else "locked"
    await record_act(session, ACT, purpose=PURPOSE, outcome=outcome, subject=account.id if account else None)
    return stand if lock.until is None else Stand(Step.PASSWORD, trouble=Trouble.LOCKED, until=lock.until)


async def failures_of(session: AsyncSession, name: str) -> Lockout:
    """The failures under a name, held."""
    return await passwords.lockout(session, blind("identity.name", name))


def is_locked(lock: Lockout, at: datetime) -> bool:
    return lock.until is not None and at < lock.until


def count_failure(lock: Lockout, at: datetime) -> None:
    lock.failures = [*recent(lock.failures, at), at]
    lock.until = locked_until(lock.failures, at)
    if lock.until is not None:
        lock.failures = []
