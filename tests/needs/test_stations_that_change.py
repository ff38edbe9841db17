"""A station that closes or serves other places: its open needs go where their places are served now."""

from typing import Any
from uuid import UUID

from services.needs.service.moving import PIECE
from shared.schemas.access import Role
from shared.schemas.facts.cases import StationChanged
from shared.schemas.reference import station_id
from shared.schemas.vocabulary import StationKind
from tests.city import City, Person
from tests.needs.asking import TUESDAY, asked, happened, judged, moment
from tests.needs.speaking import hears

WEDNESDAY = moment("03-11 10:00")
# 金溪县's townships, so that other tests' stations stay as they are.
COUNTY = "361027"


def station(code: str, version: int, *serves: str, is_active: bool = True) -> StationChanged:
    division = code.partition("-")[0]
    kind = StationKind.TOWNSHIP if len(division) == 9 else StationKind.HEAD
    return StationChanged(
        station_id=station_id(code), code=code, kind=kind, division=division, serves=serves, is_active=is_active,
        version=version,
    )  # fmt: skip


async def tell(city: City, *facts: StationChanged, at: Any = WEDNESDAY) -> None:
    await hears(city, *facts, at=at)
    await city.house("needs").timers.fire_until(at)


async def station_of(city: City, made: dict[str, Any]) -> str:
    owner = await city.owner("needs")
    found = await owner.fetchval("SELECT station_id FROM need WHERE id = $1", UUID(made["id"]))
    await owner.close()
    return str(found)


def head_of(code: str) -> Person:
    return Person.of(Role.STATION_HEAD, f"head of {code}", stations=(str(station_id(code)),))


def township(number: int) -> tuple[str, str]:
    """A township and its station's code."""
    return f"{COUNTY}{number}", f"{COUNTY}{number}-01"


async def test_a_station_that_closes_leaves_its_open_needs_to_whoever_serves_their_place_now(
    needs_alone: City,
) -> None:
    place, code = township(100)
    made, ended = await asked(needs_alone, division=place), await asked(needs_alone, division=place)
    await judged(needs_alone, made, by=head_of(code))
    worker = Person.of(Role.SOCIAL_WORKER, stations=(str(station_id(code)),))
    await needs_alone.post("needs", f"/needs/{made['id']}/claim", worker, {}, now=TUESDAY)
    await needs_alone.post("needs", f"/needs/{ended['id']}/withdraw", head_of(code), {}, now=TUESDAY)
    await tell(needs_alone, station(code, 2, place, is_active=False))
    new = await asked(needs_alone, division=place)
    assert await station_of(needs_alone, made) == new["station_id"] == str(station_id(f"{COUNTY}-00"))
    assert await station_of(needs_alone, ended) == str(station_id(code)), "what ended stays where it was"
    fact = (await happened(needs_alone, made, "need_changed"))[-1]
    assert (fact["station_id"], fact["assigned_to"], fact["status"]) == (new["station_id"], None, "triaged")
    owner = await needs_alone.owner("needs")
    query = "SELECT DISTINCT station_id::text FROM clock WHERE need_id = $1"
    assert await owner.fetchval(query, UUID(made["id"])) == new["station_id"], "the clocks go along"
    await owner.close()
    assert (await needs_alone.get("needs", f"/needs/{made['id']}", head_of(code))).status_code == 404


async def test_only_the_places_that_are_served_by_somebody_else_now_move(needs_alone: City) -> None:
    (left, code), (kept, other) = township(101), township(102)
    leaves, stays = await asked(needs_alone, division=left), await asked(needs_alone, division=kept)
    by_choice = await asked(needs_alone, division=kept)
    county = Person.of(Role.HEAD_STATION, divisions=(COUNTY,))
    await judged(needs_alone, by_choice, by=county, station_id=str(station_id(code)))
    await tell(needs_alone, station(other, 2, kept, left), station(code, 2))
    assert await station_of(needs_alone, leaves) == str(station_id(other))
    assert await station_of(needs_alone, stays) == str(station_id(other))
    assert await station_of(needs_alone, by_choice) == str(station_id(code)), "a person chose it, and it still works"


async def test_a_station_that_takes_a_place_over_takes_its_open_needs_over(needs_alone: City) -> None:
    (place, code), (_, other) = township(103), township(104)
    made = await asked(needs_alone, division=place)
    await tell(needs_alone, station(code, 2, place, is_active=False))
    at_head = await station_of(needs_alone, made)
    await tell(needs_alone, station(other, 2, f"{COUNTY}104", place))
    assert await station_of(needs_alone, made) == str(station_id(other)) != at_head


async def test_with_nobody_left_to_serve_them_they_stay_and_the_county_sees_them(needs_alone: City) -> None:
    county, place = "361030", "361030100"
    made = await asked(needs_alone, division=place)
    assert made["station_id"] == str(station_id(f"{place}-01"))
    head = f"{county}-00"
    await tell(needs_alone, station(head, 2, county, is_active=False))
    await tell(needs_alone, station(f"{place}-01", 2, place, is_active=False))
    assert await station_of(needs_alone, made) == made["station_id"]
    of_county = Person.of(Role.HEAD_STATION, divisions=(county,))
    items = (await needs_alone.get("needs", f"/needs?division={county}&limit=200", of_county)).json()["items"]
    assert made["id"] in [item["id"] for item in items]
    await tell(needs_alone, station(head, 3, county))
    assert await station_of(needs_alone, made) == str(station_id(head)), "until somebody serves them again"


async def test_many_needs_move_in_pieces_and_each_says_so_once(needs_alone: City) -> None:
    place, code = township(105)
    made = await asked(needs_alone, division=place)
    owner = await needs_alone.owner("needs")
    columns = "channel, groups, urgency, division, station_id, status, episode, registered_by, registered_at, due_at"
    await owner.execute(
        f"INSERT INTO need (id, reference, words_sealed, tracking_index, {columns}) SELECT gen_random_uuid(),"
        f" reference || n, words_sealed, n::text::bytea, {columns} FROM need, generate_series(1, $2) n WHERE id = $1",
        UUID(made["id"]), PIECE + 1,
    )  # fmt: skip
    await tell(needs_alone, station(code, 2, place, is_active=False))
    assert await owner.fetchval("SELECT count(*) FROM need WHERE station_id = $1", station_id(code)) == 0
    query = "SELECT count(*) FROM fact WHERE name = 'needs.need_changed.v1' AND body->>'division' = $1"
    assert await owner.fetchval(query, place) == PIECE + 2
    await owner.close()


async def test_what_is_older_than_what_is_known_moves_nothing(needs_alone: City) -> None:
    place, code = township(200)
    made = await asked(needs_alone, division=place)
    await tell(needs_alone, station(code, 5, place))
    await tell(needs_alone, station(code, 4, place, is_active=False))
    assert await station_of(needs_alone, made) == str(station_id(code))
    assert await happened(needs_alone, made, "need_changed") == []
