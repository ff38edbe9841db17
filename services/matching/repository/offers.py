"""Which resources come into question: narrowed here by category, area and capacity; the rules decide."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.matching.models import Account, Resource
from services.matching.repository.giving import with_capacity
from services.matching.rules.area import prefixes
from services.matching.rules.candidates import Ask
from shared.schemas.vocabulary import AccountKind, ResourceStatus


def is_open_package(account: Any, on: date) -> ColumnElement[bool]:
    """Whether an account is a package that may be drawn on a day."""
    in_time = or_(account.closes > on, account.carries_over)
    return and_(account.kind == AccountKind.PACKAGE, account.opens <= on, in_time)


Offered = tuple[Resource, Account | None]
# Far more than one township has of a category.
MOST_OFFERS = 2000
MOST_REFUSED = 200


async def offers_within_reach(session: AsyncSession, ask: Ask, station_id: UUID) -> Sequence[Offered]:
    """What is given for the category, where the asker lives, with enough left of it."""
    package = aliased(Account)
    in_package = (
        select(package.id)
        .where(
            package.resource_id == Resource.id, package.station_id == station_id, is_open_package(package, ask.on),
            package.remaining >= ask.quantity,
        )
        .exists()
    )  # fmt: skip
    capacity = with_capacity().where(
        Resource.category.in_(ask.categories), Resource.areas.overlap(list(prefixes(ask.division or ""))),
        Resource.status == ResourceStatus.ACTIVE,
    )  # fmt: skip
    enough = or_(Resource.capacity.is_(None), Account.remaining >= ask.quantity, in_package)
    # Of more than can be ranked, what the station holds a package of and what is near come first.
    near = func.coalesce(Resource.division.startswith((ask.division or "")[:9]), false())
    nearest = capacity.where(enough).order_by(in_package.desc(), near.desc(), Resource.id)
    rows = await session.execute(nearest.limit(MOST_OFFERS))
    return [(row[0], row[1]) for row in rows]


async def offers_out_of_reach(session: AsyncSession, ask: Ask, but: Sequence[UUID]) -> Sequence[Offered]:
    """Others of the category, for which somebody may wonder why they are not among the candidates; nearest first."""
    serves = Resource.areas.overlap(list(prefixes(ask.division or "")))
    query = with_capacity().where(Resource.category.in_(ask.categories), Resource.id.not_in(but))
    rows = await session.execute(query.order_by(serves.desc(), Resource.id).limit(MOST_REFUSED))
    return [(row[0], row[1]) for row in rows]


async def open_packages(
    session: AsyncSession, station_id: UUID, resource_ids: Sequence[UUID], on: date
) -> Sequence[Account]:
    """A station's packages of these resources that may be drawn on a day, the one that ends soonest first."""
    query = select(Account).where(
        Account.resource_id.in_(resource_ids), Account.station_id == station_id, is_open_package(Account, on)
    )
    ordered = query.order_by(Account.closes, Account.id).execution_options(populate_existing=True)
    return (await session.scalars(ordered)).all()
