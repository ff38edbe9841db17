"""Who looks at figures, and how tests ask for them."""

from typing import Any

from shared.schemas.access import Role
from tests.city import City, Person

COUNTY_MANAGER = Person.of(Role.COUNTY_MANAGER, divisions=("361002",))
OTHER_MANAGER = Person.of(Role.COUNTY_MANAGER, "county_manager-2", divisions=("361021",))
CITY_MANAGER = Person.of(Role.CITY_MANAGER, divisions=("3610",))
MARCH: dict[str, Any] = {"month_from": "2026-03", "month_to": "2026-03"}

TABLES = (
    "need_episode", "need_pause", "need_month", "contact_wait", "wait_month", "person", "resident_alias",
    "service_order", "resource", "resource_use", "package", "survey", "answer_month", "complaint", "suggestion",
    "service_given", "worker", "station", "case_file", "case_part", "reference_row",
)  # fmt: skip


async def read(city: City, path: str, reader: Person = COUNTY_MANAGER, **query: Any) -> dict[str, Any]:
    """An answer of insights."""
    now = query.pop("now", None)
    answer = await city.get("insights", path, reader, params=query, now=now)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def figure_of(city: City, indicator: str, by: Person = COUNTY_MANAGER, **query: Any) -> dict[str, Any]:
    """One indicator."""
    found: list[dict[str, Any]] = (await read(city, "/indicators", by, **query))["indicators"]
    return next(each for each in found if each["indicator"] == indicator)


async def kept(city: City) -> dict[str, list[str]]:
    """Everything that insights keeps, row by row."""
    owner = await city.owner("insights")
    try:
        return {
            table: [row[0] for row in await owner.fetch(f"SELECT t::text FROM {table} t ORDER BY 1")]
            for table in TABLES
        }
    finally:
        await owner.close()
