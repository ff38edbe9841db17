"""Providers: who gives, and who may speak for them."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.matching.errors import NotYourProvider
from services.matching.models import Provider
from services.matching.repository import giving as repository
from services.matching.schemas.resources import ProvidersView, ProviderView
from shared.kit.errors import NotFound


async def providers(session: AsyncSession, *, after: str | None, limit: int) -> ProvidersView:
    """All who give, by slug."""
    rows = await repository.providers(session, after=after, limit=limit + 1)
    shown = [ProviderView.model_validate(row) for row in rows[:limit]]
    return ProvidersView(items=shown, next=shown[-1].slug if len(rows) > limit else None)


async def own_provider(session: AsyncSession, slug: str) -> Provider:
    """The provider that the caller acts for, under its address.

    Raises:
        NotFound: there is none of this name.
        NotYourProvider: it is somebody else's.
    """
    provider = await repository.provider_by_slug(session, slug)
    if provider is None:
        raise NotFound
    if session.info["context"].provider != slug:
        raise NotYourProvider(slug)
    return provider
