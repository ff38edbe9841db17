"""Who has a need stays who has it: the station that a person chose."""

from tests.city import City
from tests.needs.asking import asked, judged
from tests.people import HEAD, OPERATOR, OTHER_TOWNSHIP, STATION


async def test_a_place_that_is_corrected_after_triage_leaves_the_need_where_it_was_put(needs_alone: City) -> None:
    made = await judged(needs_alone, await asked(needs_alone))
    edit = {"words": "想找人送餐。", "division": OTHER_TOWNSHIP, "groups": ["elderly"]}
    before = (await needs_alone.get("needs", f"/needs/{made['id']}", HEAD)).json()
    answer = await needs_alone.put("needs", f"/needs/{made['id']}", OPERATOR, edit, version=before["version"])
    assert answer.status_code == 200, answer.text
    assert answer.json()["station_id"] == str(STATION)


async def test_a_place_that_is_corrected_before_triage_takes_the_need_along(needs_alone: City) -> None:
    made = await asked(needs_alone)
    edit = {"words": "想找人送餐。", "division": OTHER_TOWNSHIP, "groups": ["elderly"]}
    answer = await needs_alone.put("needs", f"/needs/{made['id']}", OPERATOR, edit, version=made["version"])
    assert answer.status_code == 200, answer.text
    assert answer.json()["station_id"] != str(STATION)
