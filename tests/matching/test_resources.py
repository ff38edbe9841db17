"""Departments list what they give."""

import json
from typing import Any

from tests.city import City
from tests.matching.people import FIRST, SECOND, STATION, TOWNSHIP, TUESDAY, officer, publish, resource, system
from tests.people import HEAD, OTHER_HEAD, WORKER


async def facts(city: City, subject: str) -> list[str]:
    owner = await city.owner("matching")
    rows = await owner.fetch("SELECT name FROM fact WHERE subject = $1 ORDER BY sequence", subject)
    await owner.close()
    return [row["name"] for row in rows]


async def batch(city: City, lines: list[str], **headers: str) -> Any:
    client = city.client("matching", system(FIRST), now=TUESDAY)
    headers = {"Content-Type": "application/x-ndjson"} | headers
    return await client.post(f"/providers/{FIRST}/resources/batch", content="\n".join(lines).encode(), headers=headers)


def line(external_id: str, **changes: Any) -> str:
    return json.dumps(resource(**changes) | {"external_id": external_id}, ensure_ascii=False)


async def test_departments_are_providers_as_the_reference_rows_say(giving: City) -> None:
    found = (await giving.get("matching", "/providers", WORKER)).json()
    assert len(found["items"]) == 8
    assert {row["kind"] for row in found["items"]} == {"department"}


async def test_the_same_body_again_is_no_change_and_no_fact(giving: City) -> None:
    first = await publish(giving, FIRST, "again")
    second = await publish(giving, FIRST, "again")
    assert (first["outcome"], second["outcome"]) == ("created", "unchanged")
    assert (first["id"], first["version"]) == (second["id"], second["version"])
    assert await facts(giving, first["id"]) == ["matching.resource_published.v1"]
    assert (await publish(giving, FIRST, "again", name="助餐（新）"))["outcome"] == "changed"
    assert await facts(giving, first["id"]) == ["matching.resource_published.v1", "matching.resource_changed.v1"]


async def test_a_department_writes_only_under_its_own_name(giving: City) -> None:
    path = f"/providers/{FIRST}/resources/not-mine"
    assert (await giving.put("matching", path, system(SECOND), resource())).status_code == 403
    unknown = await giving.put("matching", "/providers/nobody_knows/resources/x", system(SECOND), resource())
    assert unknown.status_code == 404


async def test_what_the_city_does_not_know_is_refused_with_its_place(giving: City) -> None:
    path = f"/providers/{FIRST}/resources/odd"
    odd = resource(category="moonlight", areas=["361099"])
    answer = await giving.put("matching", path, system(FIRST), odd)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["#/category", "#/areas/0"]


async def test_a_lower_capacity_takes_back_only_what_is_free(giving: City) -> None:
    listed = await publish(giving, FIRST, "shrinks", capacity=20)
    grant = {"resource_id": listed["id"], "station_id": str(STATION), "quarter": "2026Q1", "quota": 15}
    granted = await giving.post("matching", "/packages", officer(FIRST), grant, now=TUESDAY)
    assert granted.status_code == 201, granted.text
    path = f"/providers/{FIRST}/resources/shrinks"
    refused = await giving.put("matching", path, system(FIRST), resource(capacity=10), now=TUESDAY)
    assert refused.status_code == 409
    assert "5" in refused.json()["detail"]
    assert (await publish(giving, FIRST, "shrinks", capacity=16))["capacity"]["available"] == 1


async def test_a_bad_line_spoils_none_of_the_others(giving: City) -> None:
    lines = [
        line("b-1"), "{not json", line("b-2", category="moonlight"), line("b-1"), line("b-3", capacity=-1),
        line("b-4", eligibility={"field": "age", "operator": "gte", "value": "old", "because": {"zh": "", "en": ""}}),
        line("b-5", name="助餐\x00"), line("b-6", name="助餐\ud800").replace("\ud800", "\\ud800"),
    ]  # fmt: skip
    answer = await batch(giving, lines)
    assert answer.status_code == 200, answer.text
    rows = answer.json()["rows"]
    assert [(row["number"], row["outcome"]) for row in rows] == [
        (1, "created"), (2, "refused"), (3, "refused"), (4, "refused"), (5, "refused"), (6, "refused"),
        (7, "refused"), (8, "refused"),
    ]  # fmt: skip
    assert rows[2]["errors"] == [
        {
            "pointer": "#/category",
            "en": "no category moonlight; see /needs/v1/categories",
            "zh": "没有「moonlight」这一类别，可选类别见 /needs/v1/categories",
        }
    ]
    assert all(error["zh"] and error["en"] for row in rows for error in row["errors"])
    assert answer.json()["counts"] == {"created": 1, "changed": 0, "unchanged": 0, "refused": 7}


async def test_a_file_can_be_sent_again_safely(giving: City) -> None:
    lines = [line(f"many-{number}", name=f"资源{number}") for number in range(1200)]
    assert (await batch(giving, lines)).json()["counts"]["created"] == 1200
    lines[7] = line("many-7", name="改名", capacity=3)
    counts = (await batch(giving, lines, **{"Content-Type": "application/jsonl; charset=utf-8"})).json()["counts"]
    assert counts == {"created": 0, "changed": 1, "unchanged": 1199, "refused": 0}


async def test_only_lines_and_tables_are_read_as_a_batch(giving: City) -> None:
    answer = await batch(giving, [line("x")], **{"Content-Type": "text/html"})
    assert answer.status_code == 415
    assert answer.headers["content-type"].startswith("application/problem+json")


async def test_listings_are_found_by_the_division_they_serve(giving: City) -> None:
    listed = await publish(giving, SECOND, "county-wide", areas=["361002"], category="counselling")
    found = await giving.get(
        "matching", "/resources", WORKER, params={"division": f"{TOWNSHIP}001", "category": "counselling"}
    )
    assert [row["id"] for row in found.json()["items"]] == [listed["id"]]
    elsewhere = await giving.get(
        "matching", "/resources", WORKER, params={"division": "361021100", "category": "counselling"}
    )
    assert elsewhere.json()["items"] == []


async def test_a_package_is_seen_by_its_station_and_its_provider_only(giving: City) -> None:
    listed = await publish(giving, FIRST, "packed")
    grant = {"resource_id": listed["id"], "station_id": str(STATION), "quarter": "2026Q1", "quota": 12}
    package = (await giving.post("matching", "/packages", officer(FIRST), grant, now=TUESDAY)).json()
    assert (package["quota"], package["remaining"]) == (12, 12)
    assert (package["opens"], package["closes"]) == ("2026-01-01", "2026-04-01")
    more = await giving.post("matching", "/packages", officer(FIRST), grant | {"quota": 8}, now=TUESDAY)
    assert (more.json()["id"], more.json()["quota"]) == (package["id"], 20)
    ledger = f"/packages/{package['id']}/ledger"
    for person, status in ((HEAD, 200), (officer(FIRST), 200), (OTHER_HEAD, 404), (officer(SECOND), 404)):
        assert (await giving.get("matching", ledger, person)).status_code == status
    lines = (await giving.get("matching", ledger, HEAD)).json()
    assert [(entry["kind"], entry["quantity"]) for entry in lines["entries"]] == [("grant", 12), ("grant", 8)]
    assert await facts(giving, package["id"]) == ["matching.package_granted.v1"] * 2
    left = (await giving.get("matching", f"/resources/{listed['id']}", WORKER)).json()["capacity"]
    assert (left["maximum"], left["available"]) == (20, 0)
    refused = await giving.post("matching", "/packages", officer(FIRST), grant | {"quota": 1}, now=TUESDAY)
    assert refused.status_code == 409
    foreign = await giving.post("matching", "/packages", officer(SECOND), grant, now=TUESDAY)
    assert foreign.status_code == 422
