"""Figures by place, as those see them who may see each need there."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.repository import mapping as repository
from services.insights.rules.months import Period


@dataclass(slots=True)
class Place:
    """What happened in one place in one period."""

    need: int = 0
    unmet: int = 0
    contacted: int = 0
    p90_days: float | None = None
    answered: int = 0
    satisfied: int = 0

    @property
    def response_p90(self) -> float | None:
        return None if self.p90_days is None else round(self.p90_days, 4)

    @property
    def satisfaction(self) -> float | None:
        return round(self.satisfied / self.answered, 4) if self.answered else None


async def places(session: AsyncSession, period: Period, *, category: str | None = None) -> dict[str, Place]:
    """Townships and counties in which anything happened, by their code."""
    found: dict[str, Place] = defaultdict(Place)
    for code, need, unmet, contacted, p90 in await repository.needs_by_place(session, period, category=category):
        found[code] = Place(need, unmet, contacted, p90)
    for code, answered, satisfied in await repository.answers_by_place(session, period, category=category):
        found[code].answered, found[code].satisfied = answered, satisfied
    return found
