"""Who may give which grants: looked at the same way for accounts and for clients."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.errors import BeyondYourDivisions, NotForPeople, UnfitGrant, UnknownStation
from services.identity.rules.scopes import SCOPED_BY, covers, divisions_of, is_whole
from shared.kit.access import Caller
from shared.kit.clock import today
from shared.kit.reference import Snapshot, reference
from shared.schemas.access import Action, Grant, Role
from shared.schemas.reference import Station


def administered(by: Caller, action: Action) -> tuple[str, ...]:
    """The divisions that somebody administers."""
    return tuple(code for grant in by.grants_for(action) for code in grant.divisions)


async def divisions_reached(session: AsyncSession, grants: Sequence[Grant], *, among: Collection[Role]) -> list[str]:
    """Where these grants reach, once each is whole and for this kind of subject.

    Raises:
        NotForPeople, UnfitGrant, UnknownStation: a grant cannot be held like this.
    """
    stations = _division_of_station(await reference(session), today(session))
    reached: set[str] = set()
    for index, grant in enumerate(grants):
        if grant.role not in among:
            raise NotForPeople(index, grant.role)
        if not is_whole(grant):
            raise UnfitGrant(index, grant.role, SCOPED_BY[grant.role])
        try:
            reached.update(divisions_of(grant, stations))
        except KeyError as unknown:
            raise UnknownStation(index) from unknown
    return sorted(reached)


def require_within(by: Caller, action: Action, divisions: Sequence[str]) -> None:
    """Let only those go on who administer all of these divisions.

    Raises:
        BeyondYourDivisions: one of them is not theirs.
    """
    if not covers(administered(by, action), divisions):
        raise BeyondYourDivisions


def _division_of_station(snapshot: Snapshot, day: date) -> Mapping[str, str]:
    def make(rows: Snapshot) -> dict[str, str]:
        return {str(row.id): row.division for row in rows.all(Station, Station.table, day)}

    made: dict[str, str] = snapshot.made(("stations", day), make)
    return made
