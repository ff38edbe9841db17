"""What cases tells: a contact stops the headline, a case is noted, and needs go where the stations are."""

from typing import Any
from uuid import UUID

from shared.kit.ids import new_id
from shared.schemas.facts.cases import CaseOpened, ContactMade, StationChanged
from shared.schemas.vocabulary import ContactKind, StationKind
from tests.city import City
from tests.needs.asking import TUESDAY, asked, clocks, happened, moment
from tests.needs.speaking import hears
from tests.people import OPERATOR, OTHER_STATION, OTHER_TOWNSHIP, STATION, TOWNSHIP, need


def contact(made: dict[str, Any], occurred: str, kind: ContactKind = ContactKind.VISIT) -> ContactMade:
    return ContactMade(
        case_id=UUID(int=7), need_id=UUID(made["id"]), kind=kind, occurred_at=moment(occurred),
        recorded_at=moment("03-12 09:00"),
    )  # fmt: skip


def station(version: int, *serves: str, is_active: bool = True, id: UUID = OTHER_STATION) -> StationChanged:
    return StationChanged(
        station_id=id, code=f"{OTHER_TOWNSHIP}-01", kind=StationKind.TOWNSHIP, division=OTHER_TOWNSHIP, serves=serves,
        is_active=is_active, version=version,
    )  # fmt: skip


async def station_of_new_need(city: City) -> str:
    made: str = (await asked(city, division=OTHER_TOWNSHIP))["station_id"]
    return made


async def test_a_contact_recorded_in_a_case_stops_the_headline_at_the_earliest_and_counts_once(
    needs_alone: City,
) -> None:
    made = await asked(needs_alone)
    await hears(needs_alone, contact(made, "03-11 15:00", ContactKind.ATTEMPT), at=moment("03-12 09:00"))
    assert (await clocks(needs_alone, made))["first_contact"][0]["met_at"] is None
    later, earlier = contact(made, "03-11 16:00"), contact(made, "03-10 16:00")
    await hears(needs_alone, later, earlier, later, earlier, at=moment("03-12 09:00"))
    assert (await clocks(needs_alone, made))["first_contact"][0]["met_at"] == "2026-03-10T16:00:00+08:00"
    assert [fact["is_first"] for fact in await happened(needs_alone, made, "need_contacted")] == [True, True]
    owner = await needs_alone.owner("needs")
    assert await owner.fetchval("SELECT count(*) FROM contact WHERE need_id = $1", UUID(made["id"])) == 3
    await owner.close()


async def test_a_need_knows_its_case(needs_alone: City) -> None:
    made, case = await asked(needs_alone), new_id()
    fact = CaseOpened(
        case_id=case, need_id=UUID(made["id"]), resident_id=UUID(made["resident_id"]), station_id=STATION,
        division=TOWNSHIP, worker_id=None, category="meals", opened_at=TUESDAY,
    )  # fmt: skip
    await hears(needs_alone, fact, fact.model_copy(update={"case_id": new_id(), "need_id": None}), at=TUESDAY)
    assert (await needs_alone.get("needs", f"/needs/{made['id']}", OPERATOR)).json()["case_id"] == str(case)


async def test_needs_go_to_the_station_that_serves_the_place_now(needs_alone: City) -> None:
    assert await station_of_new_need(needs_alone) == str(OTHER_STATION), "by the reference rows, until cases speaks"
    await hears(needs_alone, station(2, "361021101"), at=TUESDAY)
    head = await station_of_new_need(needs_alone)
    assert head != str(OTHER_STATION), "the head station, since nobody else serves the township"
    await hears(needs_alone, station(3, OTHER_TOWNSHIP), station(1, is_active=False), at=TUESDAY)
    assert await station_of_new_need(needs_alone) == str(OTHER_STATION), "what is older says nothing new"
    await hears(needs_alone, station(4, OTHER_TOWNSHIP, is_active=False), at=TUESDAY)
    assert await station_of_new_need(needs_alone) == head
    answer = await needs_alone.post("needs", "/needs", OPERATOR, need(division=TOWNSHIP), now=TUESDAY)
    assert answer.json()["station_id"] == str(STATION)
    made = await asked(needs_alone)
    body = {"category": "meals", "urgency": "routine", "station_id": str(OTHER_STATION)}
    refused = await needs_alone.post("needs", f"/needs/{made['id']}/triage", OPERATOR, body, now=TUESDAY)
    assert refused.status_code == 422, "a station that closed takes nothing"
