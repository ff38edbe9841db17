"""In which scope each role is held, where that lies, and who may therefore give it."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from shared.schemas.access import Grant, Role

# The prefix of every division; whoever administers it administers the city.
CITY: Final = "3610"


class Scope(StrEnum):
    """What a role is held in."""

    DIVISIONS = "divisions"
    STATIONS = "stations"
    PROVIDER = "provider"
    CITY = "none (it holds everywhere)"


SCOPED_BY: Final[dict[Role, Scope]] = {
    Role.RESIDENT: Scope.CITY,
    Role.HOTLINE_OPERATOR: Scope.DIVISIONS,
    Role.FRONT_END: Scope.CITY,
    Role.SOCIAL_WORKER: Scope.STATIONS,
    Role.STATION_HEAD: Scope.STATIONS,
    Role.HEAD_STATION: Scope.DIVISIONS,
    Role.TOWNSHIP_MANAGER: Scope.DIVISIONS,
    Role.PROVIDER_OFFICER: Scope.PROVIDER,
    Role.PROVIDER_SYSTEM: Scope.PROVIDER,
    Role.OPERATOR: Scope.DIVISIONS,
    Role.COUNTY_MANAGER: Scope.DIVISIONS,
    Role.CITY_MANAGER: Scope.DIVISIONS,
    Role.SUPERVISOR: Scope.DIVISIONS,
    Role.EVALUATOR: Scope.DIVISIONS,
    Role.AUDITOR: Scope.CITY,
    Role.ADMINISTRATOR: Scope.DIVISIONS,
    Role.SERVICE: Scope.CITY,
}
# A county's call centre registers needs with a machine of its own. A department's system may sign in as an account
# too, where it has nowhere to keep a secret.
FOR_CLIENTS: Final = frozenset({Role.SERVICE, Role.FRONT_END, Role.PROVIDER_SYSTEM, Role.HOTLINE_OPERATOR})
FOR_ACCOUNTS: Final = frozenset(Role) - {Role.SERVICE}


def is_whole(grant: Grant) -> bool:
    """Whether a grant carries exactly the scope that its role is held in."""
    given = {
        Scope.DIVISIONS: bool(grant.divisions),
        Scope.STATIONS: bool(grant.stations),
        Scope.PROVIDER: grant.provider is not None,
    }
    return all(is_given == (scope is SCOPED_BY[grant.role]) for scope, is_given in given.items())


def divisions_of(grant: Grant, division_of_station: Mapping[str, str]) -> tuple[str, ...]:
    """The divisions that a grant reaches into. Providers serve the whole city.

    Raises:
        KeyError: a station that is not known.
    """
    match SCOPED_BY[grant.role]:
        case Scope.DIVISIONS:
            return grant.divisions
        case Scope.STATIONS:
            return tuple(division_of_station[station] for station in grant.stations)
        case Scope.PROVIDER | Scope.CITY:
            return (CITY,)


def covers(administered: Iterable[str], divisions: Iterable[str]) -> bool:
    """Whether every one of the divisions is, or lies within, one that is administered."""
    prefixes = tuple(administered)
    return all(code.startswith(prefixes) for code in divisions)
