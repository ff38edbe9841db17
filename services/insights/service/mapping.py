"""Figures by place, as those see them who may see each need there."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.repository import mapping as repository
from services.insights.rules.months import Span
from services.insights.schemas.heatmap import Layer

Figures = dict[str, float | None]


async def own_figures(session: AsyncSession, layer: Layer, span: Span, *, category: str | None = None) -> Figures:
    """A layer's figure of each place in which anything happened, by its code."""
    if layer in (Layer.NEED, Layer.UNMET_NEED):
        return await _needs(session, layer, span, category)
    if layer is Layer.SATISFACTION:
        return {code: share for code, _, share in await satisfaction(session, span, category=category)}
    return {code: days for code, _, days in await waits(session, span, category=category)}


async def _needs(session: AsyncSession, layer: Layer, span: Span, category: str | None) -> Figures:
    if span.month is not None:
        rows = await repository.needs_of_month(session, span.month, category=category)
    else:
        rows = await repository.needs_of_period(session, span.period, category=category)
    return {code: float(asked if layer is Layer.NEED else still) for code, asked, still in rows}


async def satisfaction(
    session: AsyncSession, span: Span, *, category: str | None = None
) -> list[tuple[str, int, float | None]]:
    """Of each place: how many answered, and the share of the satisfied."""
    if span.month is not None:
        rows = await repository.answers_of_month(session, span.month, category=category)
    else:
        rows = await repository.answers_of_period(session, span.period, category=category)
    return [(code, count, round(happy / count, 4) if count else None) for code, count, happy in rows]


async def waits(
    session: AsyncSession, span: Span, *, category: str | None = None
) -> list[tuple[str, int, float | None]]:
    """Of each place: how many had contact, and within how many days nine of ten of them."""
    if span.month is not None:
        rows = await repository.waits_of_month(session, span.month, category=category)
    else:
        rows = await repository.waits_of_period(session, span.period, category=category)
    return [(code, count, round(days, 4)) for code, count, days in rows]
