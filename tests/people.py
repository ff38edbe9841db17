"""People and things that tests speak of, with what they need and nothing more."""

from typing import Any

from shared.schemas.access import Role
from shared.schemas.reference import station_id
from tests.city import Person

TOWNSHIP = "361002100"
OTHER_TOWNSHIP = "361021100"
STATION = station_id(f"{TOWNSHIP}-01")
OTHER_STATION = station_id(f"{OTHER_TOWNSHIP}-01")

OPERATOR = Person.of(Role.HOTLINE_OPERATOR, divisions=("3610",))
FRONT_END = Person.of(Role.FRONT_END)
WORKER = Person.of(Role.SOCIAL_WORKER, stations=(str(STATION),))
HEAD = Person.of(Role.STATION_HEAD, stations=(str(STATION),))
OTHER_HEAD = Person.of(Role.STATION_HEAD, "station_head-2", stations=(str(OTHER_STATION),))
COUNTY = Person.of(Role.HEAD_STATION, divisions=("361002",))
ADMINISTRATOR = Person.of(Role.ADMINISTRATOR, divisions=("3610",))
COUNTY_ADMINISTRATOR = Person.of(Role.ADMINISTRATOR, "county-administrator", divisions=("361002",))


def need(**changes: Any) -> dict[str, Any]:
    """What somebody asks by hotline."""
    return {
        "words": "我妈妈一个人住，最近吃饭不规律，想找人送餐。",
        "channel": "hotline",
        "division": TOWNSHIP,
        "resident": person(),
        "on_behalf_of": "child",
    } | changes


def person(**changes: Any) -> dict[str, Any]:
    """An elderly woman with a phone."""
    return {
        "name": "王秀兰",
        "birth_date": "1952-03-07",
        "sex": "female",
        "phones": [{"number": "13800000000", "owner": "self"}],
        "address": "上顿渡镇示例路1号",
        "codes": {"groups": ["elderly", "living_alone"], "income_class": "low"},
    } | changes


def triage(**changes: Any) -> dict[str, Any]:
    """A station's judgement of such a need."""
    return {"category": "meals", "groups": ["elderly"], "urgency": "routine"} | changes
