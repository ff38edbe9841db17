"""A station against the standard: each row met, missed, or not reported."""

from collections.abc import Iterable, Mapping

from shared.schemas.reference import StationStandard
from shared.schemas.vocabulary import StandardVerdict, StationMeasure, StationSetting

Measures = Mapping[StationMeasure, float | None]


def share(zone: float | None, premises: float | None) -> float | None:
    """A zone in per cent of the premises."""
    return None if zone is None or not premises else 100 * zone / premises


def verdict(standard: StationStandard, value: float | None) -> StandardVerdict:
    """What is not reported is neither met nor missed."""
    if value is None:
        return StandardVerdict.NOT_REPORTED
    low = standard.least is None or value >= standard.least
    high = standard.most is None or value <= standard.most
    return StandardVerdict.MEETS if low and high else StandardVerdict.MISSES


def judge(
    standards: Iterable[StationStandard], measures: Measures, setting: StationSetting | None
) -> list[tuple[StationStandard, float | None, StandardVerdict]]:
    """Each standard that holds for the station; one for town or country waits until it is said which it is."""
    judged = []
    for standard in standards:
        if standard.setting is not None and setting is not None and standard.setting is not setting:
            continue
        is_unsure = standard.setting is not None and setting is None
        value = measures.get(standard.measure)
        judged.append((standard, value, verdict(standard, None if is_unsure else value)))
    return judged
