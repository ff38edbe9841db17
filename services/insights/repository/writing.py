"""Rows as facts tell of them: written whole, or changed where they stand."""

from collections.abc import Sequence
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.models import NeedEpisode, NeedPause, Order, ResidentAlias, ResourceUse, Table
from services.insights.repository.hand import anchor_of, columns_of, in_hand, keys_of

Row = TypeVar("Row", bound=Table)


async def put(session: AsyncSession, model: type[Table], **values: Any) -> None:
    """Write a row whole: what an earlier hearing left of it goes, so that hearing again is hearing once."""
    hand = in_hand(session, model, values[anchor_of(model)])
    if hand is not None:
        hand.shelves[model].put(values)
        return
    keys = keys_of(model)
    columns = dict.fromkeys(columns_of(model)) | values
    changed = {name: value for name, value in columns.items() if name not in keys}
    statement = insert(model).values(**columns)
    await session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))


async def change(session: AsyncSession, model: type[Table], key: dict[str, Any], **values: Any) -> None:
    """Change the rows that have these values, their anchor among them; nothing where there is none."""
    hand = in_hand(session, model, key[anchor_of(model)])
    if hand is not None:
        hand.shelves[model].change(key, values)
        return
    await session.execute(update(model).filter_by(**key).values(**values))


async def remove(session: AsyncSession, model: type[Table], key: dict[str, Any]) -> None:
    """Take a row away; nothing where there is none."""
    hand = in_hand(session, model, key[anchor_of(model)])
    if hand is not None:
        hand.shelves[model].remove(key)
        return
    await session.execute(delete(model).filter_by(**key))


async def forget_need(session: AsyncSession, need_id: UUID) -> None:
    """A need begins: whatever was heard of it before is heard again."""
    for model in (NeedEpisode, NeedPause):
        await remove(session, model, {"need_id": need_id})


async def forget_merge(session: AsyncSession, merge_id: UUID) -> None:
    """A merge no longer stands."""
    await session.execute(delete(ResidentAlias).where(ResidentAlias.merge_id == merge_id))


async def pauses_of(session: AsyncSession, need_id: UUID, episode: int) -> Sequence[NeedPause]:
    """The pauses of an episode, in the order in which they began."""
    hand = in_hand(session, NeedPause, need_id)
    if hand is not None:
        return cast("Sequence[NeedPause]", hand.pauses(need_id, episode))
    query = select(NeedPause).where(NeedPause.need_id == need_id, NeedPause.episode == episode)
    fresh = query.order_by(NeedPause.paused_at, NeedPause.pause_id).execution_options(populate_existing=True)
    return (await session.scalars(fresh)).all()


async def row_of(session: AsyncSession, model: type[Row], *key: Any) -> Row | None:
    """A row by its key, as the facts heard so far leave it; None where there is none."""
    hand = in_hand(session, model, key[0])
    if hand is not None:
        return cast("Row | None", hand.shelves[model].rows[key[0]].get(key))
    found: Row | None = await session.get(model, key, populate_existing=True)
    return found


async def latest_episode(session: AsyncSession, need_id: UUID) -> int | None:
    hand = in_hand(session, NeedEpisode, need_id)
    if hand is not None:
        return max((number for _, number in hand.shelves[NeedEpisode].rows[need_id]), default=None)
    return await session.scalar(select(func.max(NeedEpisode.episode)).where(NeedEpisode.need_id == need_id))


async def take(session: AsyncSession, order_id: UUID, resource_id: UUID, *, more: int) -> None:
    """So much more (or less) of a resource is taken, by an order."""
    hand = in_hand(session, Order, order_id)
    if hand is not None:
        hand.taken[resource_id] += more
        return
    await add_taken(session, resource_id, more)


async def add_taken(session: AsyncSession, resource_id: UUID, quantity: int) -> None:
    statement = insert(ResourceUse).values(resource_id=resource_id, taken=quantity)
    added = {"taken": ResourceUse.taken + quantity}
    await session.execute(statement.on_conflict_do_update(index_elements=["resource_id"], set_=added))
