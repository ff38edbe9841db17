"""What is asked of the city's view, as addresses have it: a link changes one thing and keeps all others."""

from calendar import monthrange
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

MONTHS_SHOWN: Final = 12
COUNTY_DIGITS: Final = 6
TOWNSHIP_DIGITS: Final = 9
LEVELS: Final = {"city": "全市", "county": "县区", "township": "乡镇街道"}


def _address(page: str, told: dict[str, str]) -> str:
    return f"/desk/city{page}?{urlencode({name: value for name, value in told.items() if value})}"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of the city, which month (or day of it), which category; a link changes one and keeps the others."""

    division: str
    layer: str
    level: str
    month: str
    category: str
    day: str = ""
    only: str = "open"

    @property
    def months(self) -> list[str]:
        """The twelve months up to the one asked about."""
        year, month = int(self.month[:4]), int(self.month[5:])
        past = [year * 12 + month - 1 - back for back in reversed(range(MONTHS_SHOWN))]
        return [f"{each // 12}-{each % 12 + 1:02d}" for each in past]

    @property
    def county(self) -> str:
        """The county that the map shows the townships of; none for the whole city."""
        return self.division[:COUNTY_DIGITS] if len(self.division) >= COUNTY_DIGITS else ""

    @property
    def is_township(self) -> bool:
        return len(self.division) >= TOWNSHIP_DIGITS

    @property
    def drawn(self) -> str:
        """How finely the map is drawn: a county by its townships, the city as somebody chose."""
        return "township" if self.county else self.level

    @property
    def last_day(self) -> str:
        return f"{self.month}-{monthrange(int(self.month[:4]), int(self.month[5:]))[1]}"

    @property
    def quarter(self) -> str:
        return f"{self.month[:4]}Q{(int(self.month[5:]) + 2) // 3}"

    def to(self, page: str = "", **changes: str) -> str:
        """The address of this view, or of a page below it, with something else asked for."""
        asked = replace(self, **changes)
        told = {name: getattr(asked, name) for name in ("division", "layer", "level", "month", "day", "category")}
        told |= {
            "only": asked.only if asked.only != "open" else "", "level": asked.level if asked.level != "county" else "",
        }  # fmt: skip
        return _address(page, told)

    def sheet(self, name: str, **more: str) -> str:
        """The address of figures as a sheet."""
        told = {"division": self.division, "category": self.category} | more
        return _address(f"/sheets/{name}", told)

    def behind(self, division: str, *, first: str = "", category: str = "", is_overdue: bool = False) -> str:
        """The address of the needs behind a number: of the month, or of all months from `first` on."""
        told = {
            "division": division, "first": first or self.month, "month": self.month,
            "category": category or self.category, "overdue": "true" if is_overdue else "",
        }  # fmt: skip
        return _address("/needs", told)

    def waiting(self, division: str, category: str) -> str:
        """The address of the needs that still wait for help, whenever they were asked."""
        told = {"division": division, "category": category, "waiting": "true"}
        return _address("/needs", told)


@dataclass(frozen=True, slots=True)
class Behind:
    """Which needs a number counts: asked from the first month to the last one, in a place, of a category."""

    division: str
    first: str
    month: str
    category: str
    is_overdue: bool
    is_waiting: bool = False

    def after(self, place: str) -> str:
        """The address of the following page."""
        told = {"division": self.division, "first": self.first, "month": self.month, "category": self.category}
        told |= {"overdue": "true" if self.is_overdue else "", "waiting": "true" if self.is_waiting else ""}
        return _address("/needs", told | {"after": place})
