"""A number's list: needs by category, by when they were asked, and by which promise was broken."""

from datetime import timedelta
from typing import Any

from tests.city import City
from tests.needs.asking import TUESDAY, asked, judged
from tests.people import OPERATOR, OTHER_TOWNSHIP, WORKER

# Nobody else asks in this month.
MAY = TUESDAY.replace(month=5)
DURING = {"registered_from": "2026-05-01T00:00:00+08:00", "registered_before": "2026-06-01T00:00:00+08:00"}


async def listed(city: City, **query: Any) -> list[str]:
    answer = await city.get("needs", "/needs", OPERATOR, now=MAY + timedelta(days=20), params=query)
    assert answer.status_code == 200, answer.text
    return sorted(each["id"] for each in answer.json()["items"])


async def test_what_was_asked_in_a_month_is_listed_and_nothing_else(needs_alone: City) -> None:
    made = [await asked(needs_alone, now=MAY), await asked(needs_alone, now=MAY, division=OTHER_TOWNSHIP)]
    await asked(needs_alone, now=MAY - timedelta(days=30))
    found = await listed(needs_alone, **DURING)
    assert {each["id"] for each in made} <= set(found)
    assert made[1]["id"] in await listed(needs_alone, division=OTHER_TOWNSHIP, **DURING)
    assert made[0]["id"] not in await listed(needs_alone, division=OTHER_TOWNSHIP, **DURING)
    assert not set(found) & set(await listed(needs_alone, registered_before=DURING["registered_from"]))


async def test_a_category_lists_its_own(needs_alone: City) -> None:
    meals = await asked(needs_alone, now=MAY)
    await judged(needs_alone, meals, now=MAY, category="meals")
    talks = await asked(needs_alone, now=MAY)
    await judged(needs_alone, talks, now=MAY, category="counselling")
    found = await listed(needs_alone, category="counselling", **DURING)
    assert talks["id"] in found
    assert meals["id"] not in found


async def test_whoever_was_reached_is_overdue_no_longer(needs_alone: City) -> None:
    reached, forgotten = [await asked(needs_alone, now=MAY) for _ in range(2)]
    for made in (reached, forgotten):
        await judged(needs_alone, made, now=MAY)
    answer = await needs_alone.post("needs", f"/needs/{reached['id']}/contacts", WORKER, {"kind": "call"}, now=MAY)
    assert answer.status_code == 201, answer.text
    found = await listed(needs_alone, overdue="first_contact", **DURING)
    assert forgotten["id"] in found
    assert reached["id"] not in found
