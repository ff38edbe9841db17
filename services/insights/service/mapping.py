"""Figures by place, as those see them who may see each need there."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.repository import mapping as repository
from services.insights.rules.lengths import percentile
from services.insights.rules.months import Period


@dataclass(slots=True)
class Place:
    """What happened in one place in one period."""

    need: int = 0
    unmet: int = 0
    days: list[float] = field(default_factory=list)
    answers: list[bool] = field(default_factory=list)

    @property
    def response_p90(self) -> float | None:
        return round(percentile(sorted(self.days), 0.9), 4) if self.days else None

    @property
    def satisfaction(self) -> float | None:
        return round(sum(self.answers) / len(self.answers), 4) if self.answers else None


async def places(session: AsyncSession, period: Period, *, category: str | None = None) -> dict[str, Place]:
    """Townships and counties in which anything happened, by their code."""
    found: dict[str, Place] = defaultdict(Place)
    for township, is_open, days in await repository.needs_by_township(session, period, category=category):
        for place in _both(found, township):
            place.need += 1
            place.unmet += is_open
            place.days += [] if days is None else [float(days)]
    for township, is_satisfied in await repository.answers_by_township(session, period, category=category):
        for place in _both(found, township):
            place.answers.append(is_satisfied)
    return found


def _both(found: dict[str, Place], township: str) -> Iterable[Place]:
    codes: Sequence[str] = (township, township[:6])
    return (found[code] for code in codes)
