"""How stations would stand (一站一档): most meet the standard, some miss it, some have not said.

The plan's figures where they fit: 80 new and 70 improved of its 150 stations (the codes have 162, so twelve have not
said which), 30 extension points, two special services a year, town better than country.
"""

from datetime import date
from functools import cache
from typing import Any

from deploy.sample.city import categories, dice, setting_of, stations, townships, villages_of
from shared.schemas.reference import Division, Station
from shared.schemas.vocabulary import ServiceClass, StationBuild, StationKind, StationSetting

# Whoever reads a station's file sees by this beginning of its operator's slug that it was made up.
MARK = "sample_"
NEW, IMPROVED, EXTENSION_POINTS, SILENT = 80, 70, 30, 6
AGENCIES = 12
BASE = ("hardship_relief", "elder_care", "child_protection", "counselling", "community_participation")
# How often something is so, in town and in the country; of those who answer at all.
OFTEN = {StationSetting.URBAN: 0.95, StationSetting.RURAL: 0.8}
ANSWERED = 0.95
USUAL_AREA = {StationSetting.URBAN: 150, StationSetting.RURAL: 108}
SPECIAL = {StationSetting.URBAN: 4, StationSetting.RURAL: 2}
# A head station's and the centre's house, m².
BIG_HOUSE = {StationKind.HEAD: 260, StationKind.CITY: 600}
AGREEMENTS = (date(2027, 12, 31), date(2028, 12, 31), date(2029, 6, 30))
ENDED = date(2025, 12, 31)


def file_of(station: Station) -> dict[str, Any]:
    """A station's file, as its head would write it."""
    if station.kind is not StationKind.TOWNSHIP:
        return _head_file(station)
    township = next(row for row in townships() if row.code == station.division)
    file = {"serves": [township.code], "setting": setting_of(township), "operator": operator_of(station)}
    if township.code in _silent():
        return file
    return file | _premises(township) | _services(township) | {"build": _builds().get(township.code)}


def files() -> dict[str, dict[str, Any]]:
    """All files by their station's code."""
    return {station.code: file_of(station) for station in stations()}


def operator_of(station: Station) -> str:
    """The county's hub organisation, a specialised one, or the township itself (1+1+N); made up, as the slug says."""
    if station.kind is not StationKind.TOWNSHIP:
        return f"{MARK}centre" if station.kind is StationKind.CITY else f"{MARK}hub_{station.division}"
    chance = dice("operator", station.code)
    agency = f"{MARK}agency_{chance.randint(1, AGENCIES)}"
    hub = f"{MARK}hub_{station.division[:6]}"
    return chance.choices([hub, agency, f"{MARK}township"], weights=[45, 35, 20])[0]


@cache
def _shuffled() -> tuple[str, ...]:
    codes = [row.code for row in townships()]
    dice("builds").shuffle(codes)
    return tuple(codes)


@cache
def _builds() -> dict[str, StationBuild]:
    new, improved = _shuffled()[:NEW], _shuffled()[NEW : NEW + IMPROVED]
    return dict.fromkeys(new, StationBuild.NEW) | dict.fromkeys(improved, StationBuild.IMPROVED)


@cache
def _silent() -> frozenset[str]:
    """Those who have written hardly anything yet, among those of which nobody knows how they came to be."""
    return frozenset(_shuffled()[NEW + IMPROVED :][:SILENT])


@cache
def _extended() -> frozenset[str]:
    return frozenset(dice("points").sample([code for code in _shuffled() if code not in _silent()], EXTENSION_POINTS))


def _premises(township: Division) -> dict[str, Any]:
    """The house: how large, how divided, how equipped, for how long."""
    setting, chance = setting_of(township), dice("premises", township.code)
    often = OFTEN[setting]
    premises = max(45.0, float(round(chance.gauss(USUAL_AREA[setting], 24))))
    ends = chance.choice(AGREEMENTS) if chance.random() < often else ENDED
    answers = {
        **_zones(premises, is_right=chance.random() < often, display=chance.uniform(0.1, 0.14)),
        "premises": premises,
        "has_access": chance.random() < often,
        "is_equipped": chance.random() < often,
        "agreement_until": ends.isoformat(),
        "grade": min(5, max(1, round(chance.gauss(3.6 if setting is StationSetting.URBAN else 2.8, 0.8)))),
    }
    return {name: value for name, value in answers.items() if chance.random() < ANSWERED}


def _zones(premises: float, *, is_right: bool, display: float) -> dict[str, float]:
    """Service, office and display, m²: six to three to one at the best, or too much office."""
    office = 0.26 if is_right else 0.38
    shares = {"service_zone": 1 - office - display, "office_zone": office, "display_zone": display}
    return {name: round(premises * share, 1) for name, share in shares.items()}


def _services(township: Division) -> dict[str, Any]:
    """The base services for everybody, the station's own special ones, and what it is known for."""
    chance = dice("services", township.code)
    others = [category for category in categories() if category not in BASE]
    special = chance.sample(others, SPECIAL[setting_of(township)])
    points = [chance.choice(villages_of(township.code))] if township.code in _extended() else []
    return {"services": _lines(BASE, special), "speciality": special[0], "service_points": points}


def _lines(base: tuple[str, ...], special: list[str]) -> list[dict[str, str]]:
    classes = dict.fromkeys(base, ServiceClass.BASE) | dict.fromkeys(special, ServiceClass.SPECIAL)
    return [{"category": category, "service_class": kind} for category, kind in classes.items()]


def _head_file(station: Station) -> dict[str, Any]:
    """The county's head station, or the city's centre: in town, large enough, everything said."""
    premises = float(BIG_HOUSE[station.kind])
    return {
        "serves": [station.division],
        "setting": StationSetting.URBAN,
        "build": StationBuild.IMPROVED,
        "operator": operator_of(station),
        "premises": premises,
        **_zones(premises, is_right=True, display=0.12),
        "has_access": True,
        "is_equipped": True,
        "agreement_until": AGREEMENTS[-1].isoformat(),
        "grade": 4,
        "services": _lines(BASE, []),
    }
