"""A ninth department is one row, written as CONTRIBUTING.md shows it, and nothing else is changed for it."""

import json
import re
from typing import Any

import pytest

from deploy.places import ROOT
from tests.city import City
from tests.journeys.counted import Counted
from tests.journeys.story import Story, moment
from tests.matching.people import officer, resource, system
from tests.people import ADMINISTRATOR, HEAD

pytestmark = pytest.mark.slow

SHOWN = re.compile(
    r'^PUT /needs/v1(?P<path>\S+) +If-Match: "(?P<version>\d+)"\n(?P<row>.*?)^```$', re.MULTILINE | re.DOTALL
)
GRANT = re.compile(r'`(\{"role": "provider_officer".*?\})`')
CATEGORY = "elder_care"


def written() -> tuple[str, int, dict[str, Any], dict[str, str]]:
    """The address, the version, the row and the grant that the document shows."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    shown, grant = SHOWN.search(text), GRANT.search(text)
    assert shown is not None
    assert grant is not None
    return shown["path"], int(shown["version"]), json.loads(shown["row"]), json.loads(grant[1])


async def its_system(city: City, grant: dict[str, str]) -> str:
    """The header of the department's system, as identity lets it in."""
    form = {"name": f"system-{grant['provider']}", "grants": [grant | {"role": "provider_system"}]}
    made = (await city.post("identity", "/clients", ADMINISTRATOR, form)).json()
    credentials = {"client_id": made["name"], "client_secret": made["secret"]}
    answer = await city.client("identity").post("/token", data={"grant_type": "client_credentials"} | credentials)
    return f"Bearer {answer.json()['access_token']}"


async def its_people(city: City, grant: dict[str, str]) -> None:
    """An account for its officer, who is let in as any other department's."""
    name = officer(grant["provider"]).subject
    made = await city.post("identity", "/accounts", ADMINISTRATOR, {"name": name, "grants": [grant]})
    assert made.status_code == 201, made.text
    held = [each.model_dump(mode="json") for each in officer(grant["provider"]).grants]
    assert made.json()["grants"] == held


async def test_a_ninth_department_is_routed_validated_and_ordered_by_one_row(apart: City) -> None:
    story = Story(apart, moment("2026-12-08 10:00"))
    path, version, row, grant = written()
    slug, offer = row["body"]["slug"], resource(category=CATEGORY)
    listing = f"/providers/{slug}/resources/repair"
    before = await apart.put("matching", listing, system(slug), offer, now=story.now)
    assert not before.is_success, "nobody knows it yet"

    answer = await apart.put("needs", path, ADMINISTRATOR, row, version=version, now=story.now)
    assert answer.status_code == 200, answer.text
    await apart.settle()
    await its_people(apart, grant)
    by_system = {"Authorization": await its_system(apart, grant)}
    client = apart.client("matching", now=story.now)
    wrong = await client.put(listing, json=offer | {"category": "housework"}, headers=by_system)
    assert wrong.status_code == 422, "what it lists is looked at as everybody's"
    listed = (await client.put(listing, json=offer, headers=by_system)).json()

    asked = await story.somebody_asks("老人住的屋子漏雨，想找人来修。")
    await story.station_judges(asked, CATEGORY)
    found = (await story.sees("matching", f"/needs/{asked['id']}/candidates", HEAD))["candidates"]
    assert [each["offer"]["provider"] for each in found] == [slug]
    order = await story.station_orders(asked, listed)
    await story.until("2026-12-08 15:00")
    await story.department(order, "accept", "start", "complete")
    assert (await story.order(order))["status"] == "completed"
    await story.station_resolves(asked)
    assert await Counted(story, "2026-12").line(CATEGORY) == (1, 0, 1, 19)
