"""Who could help with a need, why, and why not."""

from typing import Any

from shared.kit.ids import new_id
from tests.city import City
from tests.matching.people import FIRST, SECOND, THIRD, TUESDAY, ordered, publish, triaged
from tests.people import HEAD, OPERATOR, OTHER_HEAD, need, person


async def candidates(city: City, need_id: str, **params: Any) -> dict[str, Any]:
    answer = await city.get("matching", f"/needs/{need_id}/candidates", HEAD, params=params, now=TUESDAY)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_candidates_are_ranked_with_their_terms_in_words_and_numbers(bare: City) -> None:
    near = await publish(bare, FIRST, "near", division="361002100")
    slow = await publish(bare, SECOND, "slow", division="361002100", lead_days=20, capacity=20)
    need_id = await triaged(bare)
    found = (await candidates(bare, need_id))["candidates"]
    assert [row["offer"]["resource_id"] for row in found] == [near["id"], slow["id"]]
    best = found[0]
    assert best["rank"] == 1
    assert abs(sum(term["points"] for term in best["terms"]) - best["points"]) < 0.05
    words = {term["name"]: term["words"] for term in best["terms"]}
    assert words["distance"] == {"zh": "同一乡镇（街道）", "en": "in the same township"}
    assert words["capacity"] == {"zh": "余20，共20", "en": "20 of 20 left"}
    # Nobody has rated it yet: not known is neither good nor bad, and lowers only how sure the score is.
    assert next(term["value"] for term in best["terms"] if term["name"] == "quality") is None
    assert best["confidence"] < 1


async def test_a_refused_offer_names_its_rule_and_tells_unknown_from_no(bare: City) -> None:
    young = {"field": "age", "operator": "lt", "value": 18, "because": {"zh": "须未满18周岁", "en": "Under 18"}}
    care = {
        "field": "self_care", "operator": "eq", "value": "moderate", "because": {"zh": "须中度失能", "en": "Partly"},
    }  # fmt: skip
    await publish(bare, FIRST, "for-children", eligibility=young)
    await publish(bare, FIRST, "for-the-frail", eligibility=care)
    await publish(bare, SECOND, "elsewhere", areas=["361021"])
    await publish(bare, SECOND, "empty", capacity=0)
    need_id = await triaged(bare)
    body = await candidates(bare, need_id)
    assert body["candidates"] == []
    told = {row["offer"]["external_id"]: (row["rule"], row["verdict"], row["missing"]) for row in body["refused"]}
    assert told["for-children"] == ("eligibility", "no", [])
    assert told["for-the-frail"] == ("eligibility", "unknown", ["self_care"])
    assert told["elsewhere"] == ("area", "no", [])
    assert told["empty"] == ("capacity", "no", [])
    # What asking may cure stands first.
    assert body["refused"][0]["offer"]["external_id"] == "for-the-frail"
    assert body["refused"][0]["words"] == [{"zh": "须中度失能", "en": "Partly"}]


async def test_no_more_than_fifty_refused_are_told(bare: City) -> None:
    for number in range(55):
        await publish(bare, FIRST, f"far-{number}", areas=["361021"])
    assert len((await candidates(bare, await triaged(bare)))["refused"]) == 50


async def test_one_resource_is_explained_rule_by_rule(bare: City) -> None:
    listed = await publish(bare, THIRD, "explained", status="suspended")
    need_id = await triaged(bare)
    why = (await bare.get("matching", f"/needs/{need_id}/candidates/{listed['id']}", HEAD, now=TUESDAY)).json()
    assert not why["is_candidate"]
    verdicts = {answer["rule"]: answer["verdict"] for answer in why["answers"]}
    assert verdicts["status"] == "no"
    assert verdicts["eligibility"] == "yes"
    assert len(why["answers"]) == 8


async def test_what_was_asked_already_is_no_candidate_any_more(bare: City) -> None:
    listed = await publish(bare, FIRST, "asked")
    need_id = await triaged(bare)
    await ordered(bare, need_id, listed["id"])
    body = await candidates(bare, need_id)
    assert body["candidates"] == []
    assert [row["rule"] for row in body["refused"] if row["offer"]["external_id"] == "asked"] == ["already_asked"]


async def test_an_unknown_person_makes_conditions_unknown(bare: City) -> None:
    await publish(bare, FIRST, "of-age")
    need_id = await triaged(bare, resident=None)
    refused = (await candidates(bare, need_id))["refused"]
    assert [(row["verdict"], row["missing"]) for row in refused if row["offer"]["external_id"] == "of-age"] == [
        ("unknown", ["age"])
    ]


async def test_conditions_follow_the_person_when_their_codes_change(bare: City) -> None:
    care = {"field": "self_care", "operator": "eq", "value": "moderate", "because": {"zh": "中度失能", "en": "Partly"}}
    await publish(bare, FIRST, "frail", eligibility=care)
    known = person(codes={"groups": ["elderly"], "self_care": "moderate"})
    need_id = await triaged(bare, resident=known)
    assert len((await candidates(bare, need_id))["candidates"]) == 1


async def test_a_need_that_has_not_arrived_is_asked_for_again_later(bare: City) -> None:
    fresh = (await bare.post("needs", "/needs", OPERATOR, need(), now=TUESDAY)).json()["id"]
    for id in (fresh, str(new_id())):
        answer = await bare.get("matching", f"/needs/{id}/candidates", HEAD)
        assert (answer.status_code, answer.headers["retry-after"]) == (409, "1")
    await bare.settle()
    untriaged = await bare.get("matching", f"/needs/{fresh}/candidates", HEAD)
    assert (untriaged.status_code, untriaged.json()["type"]) == (409, "urn:fuzhou:problem:need-not-ready")


async def test_another_stations_need_is_not_there(bare: City) -> None:
    need_id = await triaged(bare)
    assert (await bare.get("matching", f"/needs/{need_id}/candidates", OTHER_HEAD)).status_code == 404
