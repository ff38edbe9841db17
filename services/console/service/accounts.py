"""Accounts as their administrator sees and changes them; identity decides what is theirs."""

from dataclasses import dataclass
from typing import Any, Final

from services.console.service.asking import Person, together
from shared.schemas.access import Role

MOST: Final = 50
# A service is no person: machines are given their access elsewhere.
ROLES: Final = tuple(role for role in Role if role is not Role.SERVICE)


@dataclass(frozen=True, slots=True)
class AccountFile:
    """An account with where it is signed in."""

    account: dict[str, Any]
    sessions: list[dict[str, Any]]


async def accounts(who: Person, *, name: str, division: str, ended: bool, after: str | None) -> dict[str, Any]:
    """A page of the accounts that the person may see."""
    return await who.get(
        "identity", "/accounts", name=name.strip().lower(), division=division, is_active=str(not ended).lower(),
        limit=MOST, after=after,
    )  # fmt: skip


async def account_file(who: Person, name: str) -> AccountFile:
    account, sessions = await together(
        who.get("identity", f"/accounts/{name}"),
        who.get("identity", "/sessions", account=name, limit=MOST),
    )
    return AccountFile(account, [each for each in sessions["items"] if each["account"] == name])


def grant_of(*, role: str, division: str, station: str, provider: str) -> dict[str, Any]:
    """A role in its scope, as the form has it: what is left out is not held, and identity says what a role needs."""
    return {
        "role": role, "divisions": [division] if division else [], "stations": [station] if station else [],
        "provider": provider or None,
    }  # fmt: skip


async def add_grant(who: Person, name: str, grant: dict[str, Any], *, version: int) -> None:
    """A further role; whoever read another version than there is now is refused."""
    account = await who.get("identity", f"/accounts/{name}")
    await _write(who, account, [*account["grants"], grant], version=version)


async def remove_grant(who: Person, name: str, place: int, *, version: int) -> None:
    """The account without the role that stood at this place in that version."""
    account = await who.get("identity", f"/accounts/{name}")
    kept = [grant for at, grant in enumerate(account["grants"]) if at != place]
    await _write(who, account, kept, version=version)


async def _write(who: Person, account: dict[str, Any], grants: list[dict[str, Any]], *, version: int) -> None:
    body = {"grants": grants, "worker": account["worker"]}
    await who.put("identity", f"/accounts/{account['name']}", body, version=version)
