"""How things are called: divisions, categories, stations and departments, in Chinese, by their codes."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from shared.kit.clock import today
from shared.kit.database import NOBODY
from shared.kit.house import House
from shared.kit.reference import Snapshot, reference
from shared.schemas.reference import Category, Department, Division, GroupRow, Station

COUNTY_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a day; a code that is not known is shown as it is."""

    rows: Snapshot
    day: date

    def division(self, code: str | None) -> str:
        """A division, after the county that it lies in."""
        name = self.short(code)
        if code is None or len(code) <= COUNTY_DIGITS:
            return name
        return f"{self.short(code[:COUNTY_DIGITS])} {name}"

    def short(self, code: str | None) -> str:
        """A division by its own name."""
        row = self.rows.get(Division, Division.table, code or "", self.day)
        return row.name if row else (code or "—")

    def category(self, code: str | None) -> str:
        row = self.rows.get(Category, Category.table, code or "", self.day)
        return row.name_zh if row else (code or "待研判")

    def card_fields(self, category: str) -> list[str]:
        """What of a person this category lets a department see while an order runs."""
        row = self.rows.get(Category, Category.table, category, self.day)
        return [field.zh for field in row.card_fields] if row else []

    def group(self, code: str) -> str:
        row = self.rows.get(GroupRow, GroupRow.table, code, self.day)
        return row.name_zh if row else code

    def provider(self, slug: str | None) -> str:
        row = self.rows.get(Department, Department.table, slug or "", self.day)
        return row.name_zh if row else (slug or "—")

    def station(self, id: str | None) -> str:
        return self.stations.get(str(id), "—")

    @property
    def stations(self) -> dict[str, str]:
        """The stations' names by their ids, in the order of their codes."""

        def make(rows: Snapshot) -> dict[str, str]:
            return {str(row.id): row.name for row in rows.all(Station, Station.table, self.day)}

        made: dict[str, str] = self.rows.made(("station names", self.day), make)
        return made

    @property
    def departments(self) -> list[Department]:
        return self.rows.all(Department, Department.table, self.day)

    @property
    def categories(self) -> list[Category]:
        return self.rows.all(Category, Category.table, self.day)

    @property
    def counties(self) -> list[Division]:
        found = self.rows.all(Division, Division.table, self.day)
        return [row for row in found if len(row.code) == COUNTY_DIGITS]

    def below(self, code: str) -> list[Division]:
        """The divisions right below one."""
        return [row for row in self.rows.all(Division, Division.table, self.day) if row.parent == code]


async def names_of(house: House) -> Names:
    """What everything is called today."""
    async with house.database.work(NOBODY) as session:
        return Names(await reference(session), today(session))
