"""What people are where they had a hand in something: accounts, workers, stations, providers, townships they run."""

from collections.abc import Collection, Iterable
from typing import Final, TypeAlias

from shared.schemas.access import Grant, Role

ACCOUNT, WORKER, STATION, PROVIDER, TOWNSHIP = "account", "worker", "station", "provider", "township"
# (kind, holder): `("station", "c20a…")`.
Hand: TypeAlias = tuple[str, str]
# The townships run the stations' work (乡镇主体); counties and the city judge it.
RUNS_STATIONS: Final = frozenset({Role.SOCIAL_WORKER, Role.STATION_HEAD, Role.TOWNSHIP_MANAGER})
TOWNSHIP_DIGITS: Final = 9


def hands_of_account(account: str, grants: Iterable[Grant], worker: str | None) -> set[Hand]:
    """What an account is, by all of its grants, whichever role acts."""
    hands = {(ACCOUNT, account)} | ({(WORKER, worker)} if worker else set())
    for grant in grants:
        hands |= {(STATION, station) for station in grant.stations}
        hands |= {(PROVIDER, grant.provider)} if grant.provider else set()
        if grant.role in RUNS_STATIONS:
            hands |= {(TOWNSHIP, code) for code in grant.divisions}
    return hands


def touch(hands: Collection[Hand], handled: Collection[Hand]) -> bool:
    """Had any of these a hand in it? Whoever runs a larger place had one in all of its townships."""
    places = tuple(code for kind, code in hands if kind == TOWNSHIP)
    return bool(set(hands) & set(handled)) or any(
        code.startswith(places) for kind, code in handled if kind == TOWNSHIP and places
    )
