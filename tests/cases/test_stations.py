"""One station, one file: adopted, kept by its head, held against the standard."""

from typing import Any

from shared.kit.feed.listening import rewind
from shared.schemas.access import Role
from tests.cases.people import announced, worker
from tests.city import City, Person
from tests.people import HEAD, OTHER_HEAD, STATION, TOWNSHIP, WORKER

# A station that no other test of this folder writes to.
QUIET_TOWNSHIP = "361003100"


def form(**changes: Any) -> dict[str, Any]:
    return {"serves": [TOWNSHIP]} | changes


async def station(city: City, id: Any = STATION, by: Person = HEAD) -> dict[str, Any]:
    found: dict[str, Any] = (await city.get("cases", f"/stations/{id}", by)).json()
    return found


async def kept(city: City, **changes: Any) -> dict[str, Any]:
    version = (await station(city))["version"]
    answer = await city.put("cases", f"/stations/{STATION}", HEAD, form(**changes), version=version)
    assert answer.is_success, answer.text
    found: dict[str, Any] = answer.json()
    return found


def verdicts(station: dict[str, Any]) -> dict[str, str]:
    return {each["code"]: each["verdict"] for each in station["standards"]}


async def test_every_station_of_the_reference_rows_is_adopted_and_told(working: City) -> None:
    owner = await working.owner("cases")
    assert await owner.fetchval("SELECT count(*) FROM station") == 174
    await owner.close()
    told = await announced(working, "station_changed", str(STATION))
    assert (told[0]["code"], told[0]["version"]) == (f"{TOWNSHIP}-01", 1)


async def test_hearing_the_rows_again_neither_loses_what_the_head_wrote_nor_tells_anew(working: City) -> None:
    await kept(working, premises=96)
    told = len(await announced(working, "station_changed", str(STATION)))
    house = working.house("cases")
    async with house.database.work(house.listeners[0].context) as session:
        await rewind(session, ["needs"])
    await working.settle()
    assert (await station(working))["premises"] == 96
    assert len(await announced(working, "station_changed", str(STATION))) == told


async def test_what_is_not_reported_is_neither_met_nor_missed(working: City) -> None:
    rows = await working.get("cases", "/stations", WORKER, params={"division": QUIET_TOWNSHIP})
    quiet = await station(working, rows.json()["items"][0]["id"], WORKER)
    assert set(verdicts(quiet).values()) == {"not_reported"}
    assert quiet["staff"] is None


async def test_premises_and_their_zones_are_held_against_the_standard(working: City) -> None:
    found = verdicts(await kept(working, premises=80, service_zone=48, office_zone=24, display_zone=7.9))
    assert (found["premises"], found["service_zone"], found["office_zone"], found["display_zone"]) == (
        "meets", "meets", "meets", "misses",
    )  # fmt: skip


async def test_an_agreement_that_has_run_out_is_a_standard_missed(working: City) -> None:
    assert verdicts(await kept(working, agreement_until="2024-12-31"))["agreement"] == "misses"
    assert verdicts(await kept(working, agreement_until="2999-12-31"))["agreement"] == "meets"


async def test_town_and_country_are_held_against_their_own_number_of_workers(working: City) -> None:
    for _ in range(3):
        await worker(working)
    rural = verdicts(await kept(working, setting="rural"))
    urban = verdicts(await kept(working, setting="urban"))
    assert (rural["staff_rural"], "staff_urban" in rural, "staff_rural" in urban) == ("meets", False, False)


async def test_an_edit_is_told_to_all(working: City) -> None:
    before = (await station(working))["version"]
    line = {"category": "meals", "service_class": "base"}
    await kept(working, build="improved", setting="rural", services=[line])
    told = (await announced(working, "station_changed", str(STATION)))[-1]
    assert (told["build"], told["setting"], told["version"]) == ("improved", "rural", before + 1)
    assert told["services"] == [line]


async def test_a_station_serves_in_its_own_county_only(working: City) -> None:
    version = (await station(working))["version"]
    for serves in (["361021100"], ["361002999"]):
        answer = await working.put("cases", f"/stations/{STATION}", HEAD, form(serves=serves), version=version)
        assert answer.status_code == 422


async def test_another_stations_head_reads_the_file_and_does_not_write_it(working: City) -> None:
    found = await station(working, STATION, OTHER_HEAD)
    answer = await working.put("cases", f"/stations/{STATION}", OTHER_HEAD, form(), version=found["version"])
    assert answer.status_code == 404


async def test_the_county_sees_its_stations_by_division(working: City) -> None:
    county = Person.of(Role.COUNTY_MANAGER, divisions=("361002",))
    answer = await working.get("cases", "/stations", county, params={"division": TOWNSHIP})
    assert [row["id"] for row in answer.json()["items"]] == [str(STATION)]
