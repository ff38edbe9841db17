"""Which desk is whose."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from shared.schemas.access import Grant, Role


@dataclass(frozen=True, slots=True)
class Desk:
    """A place to work at, and for whom it is."""

    path: str
    title: str
    roles: frozenset[Role]


STATION: Final = Desk(
    "/desk/station", "社工站工作台", frozenset({Role.SOCIAL_WORKER, Role.STATION_HEAD, Role.HEAD_STATION})
)
DEPARTMENT: Final = Desk("/desk/department", "部门工作台", frozenset({Role.PROVIDER_OFFICER}))
COUNTY: Final = Desk("/desk/county", "县级裁定", frozenset({Role.HEAD_STATION, Role.COUNTY_MANAGER}))
CITY: Final = Desk(
    "/desk/city", "全市概览",
    frozenset({Role.TOWNSHIP_MANAGER, Role.HEAD_STATION, Role.COUNTY_MANAGER, Role.CITY_MANAGER, Role.OPERATOR}),
)  # fmt: skip
ACCOUNTS: Final = Desk("/desk/accounts", "账号管理", frozenset({Role.ADMINISTRATOR, Role.AUDITOR}))
DESKS: Final = (STATION, DEPARTMENT, COUNTY, CITY, ACCOUNTS)


def desks_of(grants: Iterable[Grant]) -> list[Desk]:
    """The desks that somebody may work at, in the order of the menu."""
    roles = {grant.role for grant in grants}
    return [desk for desk in DESKS if desk.roles & roles]
