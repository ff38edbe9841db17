"""Every list of figures opens right in a spreadsheet (E8)."""

import csv
import io
from typing import Any
from uuid import uuid4

import pytest

from tests.city import City
from tests.given.scene import Scene
from tests.insights.looking import COUNTY_MANAGER, MARCH
from tests.insights.planting import registered, triaged
from tests.people import TOWNSHIP

SHEETS = {
    "/response-times": (MARCH | {"by": ["month", "township"]}, "response-times_2026-03_2026-03.csv"),
    "/indicators": (MARCH, "indicators_2026-03_2026-03.csv"),
    "/lists": (MARCH | {"division": TOWNSHIP}, "three-lists_2026-03_2026-03.csv"),
    "/packages": ({"quarter": "2026Q1", "by": "station", "division": TOWNSHIP}, "packages_2026Q1.csv"),
    "/heatmap": ({"month": "2026-03", "level": "township"}, "heatmap_need_2026-03.csv"),
}


@pytest.fixture(scope="module")
async def asked(counted: City) -> City:
    need = uuid4()
    await Scene(counted).hear("insights", registered(need), triaged(need))
    return counted


async def sheet(city: City, path: str, accept: str = "text/csv") -> Any:
    query, _ = SHEETS[path]
    return await city.get("insights", path, COUNTY_MANAGER, params=query, headers={"Accept": accept})


@pytest.mark.parametrize("path", SHEETS)
async def test_it_is_a_file_of_its_name_with_a_line_for_each_row(asked: City, path: str) -> None:
    answer = await sheet(asked, path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == f'attachment; filename="{SHEETS[path][1]}"'
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert rows
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "@", "-"))]


async def test_codes_and_months_stay_text(asked: City) -> None:
    answer = await sheet(asked, "/response-times")
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))
    assert (row["month"], row["division"]) == ("\t2026-03", f"\t{TOWNSHIP}")
    assert row["asked"] == "1", "a number stays one"
    assert row["first_contact.count"] == "0"


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/json, text/csv;q=0.5"])
async def test_without_being_asked_for_it_is_json(asked: City, accept: str) -> None:
    assert (await sheet(asked, "/indicators", accept)).headers["content-type"] == "application/json"
