"""The division tree: national codes as prefixes, points that say whether they are real, other lists' numbers."""

from shared.reference import rows_of_table
from shared.schemas.reference import Division, DivisionAlias
from shared.schemas.vocabulary import DivisionLevel, PointQuality

TREE = [Division.model_validate(row.body) for row in rows_of_table("division")]
ALIASES = [DivisionAlias.model_validate(row.body) for row in rows_of_table("division_alias")]
CODES = {division.code: division for division in TREE}


def of_level(level: DivisionLevel) -> list[Division]:
    return [division for division in TREE if division.level is level]


def test_the_city_has_eleven_counties() -> None:
    assert len(of_level(DivisionLevel.COUNTY)) == 11


def test_162_of_181_townships_are_statutory() -> None:
    townships = of_level(DivisionLevel.TOWNSHIP)
    assert len(townships) == 181
    assert sum(division.statutory for division in townships) == 162


def test_the_city_covers_every_division_and_a_parent_every_child() -> None:
    assert all(CODES["3610"].covers(code) for code in CODES)
    assert all(CODES[child.parent].covers(child.code) for child in TREE if child.parent)


def test_a_county_does_not_cover_its_neighbour() -> None:
    assert not CODES["361002"].covers("361003001")


def test_the_length_of_a_code_tells_its_level() -> None:
    lengths = {4: DivisionLevel.CITY, 6: DivisionLevel.COUNTY, 9: DivisionLevel.TOWNSHIP, 12: DivisionLevel.VILLAGE}
    assert all(division.level is lengths[len(division.code)] for division in TREE)


def test_the_city_is_known_by_its_national_code_too() -> None:
    assert CODES["3610"].national_code == "361000"
    assert CODES["361002001"].national_code == "361002001"


def test_every_township_has_a_point_near_the_city_and_57_are_placeholders() -> None:
    townships = of_level(DivisionLevel.TOWNSHIP)
    assert all(115 < (division.lng or 0) < 118 and 26 < (division.lat or 0) < 29 for division in townships)
    assert sum(division.point_quality is PointQuality.PLACEHOLDER for division in townships) == 57


def test_counties_have_a_population_that_says_how_sure_it_is() -> None:
    counties = of_level(DivisionLevel.COUNTY)
    assert all(division.population and division.population_quality for division in counties)


def test_the_civil_affairs_number_of_a_township_is_found_by_the_table() -> None:
    by_number = {alias.other_code: alias.division for alias in ALIASES if alias.system == "civil_affairs"}
    assert by_number["361002005"] == "361002002"


def test_the_old_county_of_dongxiang_is_todays_district() -> None:
    former = {alias.other_code: alias.division for alias in ALIASES if alias.system == "former"}
    assert CODES[str(former["361029"])].name == "东乡区"


def test_every_alias_leads_to_a_division_that_exists() -> None:
    assert [alias.other_name for alias in ALIASES if alias.division and alias.division not in CODES] == []
