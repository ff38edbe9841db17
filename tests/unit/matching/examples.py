"""Plain examples that the tests of matching's rules share: each can be changed by keyword."""

from datetime import date
from typing import Any
from uuid import UUID

from services.matching.rules.candidates import Ask, Offer
from services.matching.rules.distance import Place, Point
from services.matching.rules.ranking import Policy
from shared.schemas.reference import DistanceBand, FairnessTerm, ScoreWeight
from shared.schemas.vocabulary import Group, ScoreTerm

TODAY = date(2026, 11, 25)
QINGYUN, WENQUAN = "361002001", "361002101"
CHONGREN, YIHUANG = "361024100", "361026100"
QINGYUN_POINT = Point(116.35646, 27.98538)

WEIGHTS = {
    ScoreTerm.FIT: 0.3,
    ScoreTerm.DISTANCE: 0.2,
    ScoreTerm.CAPACITY: 0.15,
    ScoreTerm.LEAD_TIME: 0.1,
    ScoreTerm.QUALITY: 0.1,
    ScoreTerm.PACKAGE_FIRST: 0.1,
    ScoreTerm.FAIRNESS: 0.05,
}
BANDS = (
    DistanceBand(order=1, same_township=True, up_to_km=None, worth=1.0),
    DistanceBand(order=2, up_to_km=7.5, worth=0.8),
    DistanceBand(order=3, up_to_km=30, worth=0.2),
    DistanceBand(order=4, up_to_km=None, worth=0.0),
)
FAIRNESS = (
    FairnessTerm(group=Group.MIGRANT, worth=1.0, because_zh="流动人口获得服务不足一成"),
    FairnessTerm(division="361026", worth=0.6, because_zh="宜黄县社工站力量薄弱"),
)


def number(place: int) -> UUID:
    """The id with this number, so that tests can say which comes first."""
    return UUID(int=place)


def ask(**changed: Any) -> Ask:
    """Somebody of Qingyun street asks for meals today."""
    plain: dict[str, Any] = {"categories": ("meals", "elderly_care"), "on": TODAY}
    return Ask(**(plain | {"place": Place(QINGYUN, QINGYUN_POINT)} | changed))


def offer(**changed: Any) -> Offer:
    """Ten meals of twenty, in the same street."""
    plain: dict[str, Any] = {
        "resource_id": number(1),
        "category": "meals",
        "areas": ("361002",),
        "place": Place(QINGYUN, QINGYUN_POINT),
        "assured_until": date(2026, 12, 31),
        "available": 10,
        "maximum": 20,
    }
    return Offer(**(plain | changed))


def policy(**weights: float) -> Policy:
    """The policy of the examples; a term may be given another weight."""
    merged = WEIGHTS | {ScoreTerm(name): weight for name, weight in weights.items()}
    rows = [
        ScoreWeight(term=term, weight=weight, meaning_zh="示例", meaning_en="sample") for term, weight in merged.items()
    ]
    return Policy.of(rows, BANDS, FAIRNESS)
