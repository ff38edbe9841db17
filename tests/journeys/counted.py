"""What insights shows of a journey: exactly what happened, and nothing else."""

from dataclasses import dataclass
from typing import Any

from tests.insights.looking import CITY_MANAGER, COUNTY_MANAGER, read
from tests.journeys.story import Story
from tests.people import TOWNSHIP

COUNTY = TOWNSHIP[:6]


@dataclass(frozen=True, slots=True)
class Counted:
    """The figures of one month, as the county and the city see them."""

    story: Story
    month: str

    async def _read(self, path: str, **query: Any) -> dict[str, Any]:
        month = {"month_from": self.month, "month_to": self.month}
        return await read(self.story.city, path, COUNTY_MANAGER, **month, **query, now=self.story.now)

    async def times(self) -> dict[str, Any]:
        """The one row of response times, which the city sees as the county does."""
        mine = await self._read("/response-times")
        month = {"month_from": self.month, "month_to": self.month}
        whole = await read(self.story.city, "/response-times", CITY_MANAGER, **month, now=self.story.now)
        assert mine["rows"] == whole["rows"]
        (row,) = mine["rows"]
        shown: dict[str, Any] = row
        return shown

    async def days(self) -> tuple[int, float | None, float | None, int, int]:
        """(asked, mean days to contact, mean days to a provider's start, in time, overdue)."""
        row = await self.times()
        contact, start = row["first_contact"], row["provider_start"]
        return row["asked"], contact["mean_days"], start["mean_days"], contact["within_target"], contact["overdue"]

    async def indicators(self, *codes: str) -> dict[str, tuple[float, float | None]]:
        """Numerator and denominator of these indicators."""
        found = (await self._read("/indicators"))["indicators"]
        shown = {row["indicator"]: (row["numerator"], row["denominator"]) for row in found}
        return {code: shown[code] for code in codes}

    async def line(self, category: str) -> tuple[int, int, int, int | None]:
        """(asked, open, resources, left) in the township's line of the three lists."""
        lines = (await self._read("/lists", division=TOWNSHIP))["lines"]
        (row,) = [line for line in lines if line["category"] == category]
        return row["asked"], row["open"], row["resources"], row["capacity_left"]

    async def cell(self, layer: str, category: str | None = None) -> float | None:
        """The township's cell of the heat map; no other place of the county has anything."""
        shown = [await self._cells(layer, level, category) for level in ("county", "township")]
        assert [set(cells) for cells in shown] == [{COUNTY}, {TOWNSHIP}] or shown == [{}, {}]
        values = {value for cells in shown for value in cells.values()}
        assert len(values) <= 1
        return next(iter(values), None)

    async def _cells(self, layer: str, level: str, category: str | None) -> dict[str, float]:
        query = {"layer": layer, "level": level, "month": self.month} | ({"category": category} if category else {})
        answer = await read(self.story.city, "/heatmap", COUNTY_MANAGER, **query, now=self.story.now)
        mine = [row for row in answer["features"] if row["id"].startswith(COUNTY)]
        return {row["id"]: row["properties"]["value"] for row in mine if row["properties"]["value"]}
