"""Rows as facts tell of them: written whole, or changed where they stand."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.models import NeedEpisode, NeedPause, Order, ResidentAlias, ResourceUse, Station, Table
from services.insights.repository.folding import FOLD, held_pauses, in_hand


async def put(session: AsyncSession, model: type[Table], **values: Any) -> None:
    """Write a row whole: what an earlier hearing left of it goes, so that hearing again is hearing once."""
    fold = in_hand(session, values.get("need_id")) if model in (NeedEpisode, NeedPause) else None
    if fold is not None:
        fold.put(session, model(**dict.fromkeys(model.__mapper__.columns.keys()) | values))
        return
    keys = [column.name for column in model.__mapper__.primary_key]
    columns = {column.key: None for column in model.__mapper__.columns} | values
    changed = {name: value for name, value in columns.items() if name not in keys}
    statement = insert(model).values(**columns)
    await session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))


async def change(session: AsyncSession, model: type[Table], key: dict[str, Any], **values: Any) -> None:
    """Change a row where it stands; nothing where there is none."""
    held = _held(session, model, key)
    if held is not None:
        for row in held:
            for name, value in values.items():
                setattr(row, name, value)
        return
    await session.execute(update(model).filter_by(**key).values(**values))


def _held(session: AsyncSession, model: type[Table], key: dict[str, Any]) -> Sequence[Table] | None:
    """The rows in hand that a key names; None where they are not in hand."""
    if model is NeedPause and (every := session.info.get(FOLD)) is not None:
        pause = every.find_pause(key["pause_id"])
        return [pause] if pause is not None else None
    fold = in_hand(session, key.get("need_id")) if model is NeedEpisode else None
    if fold is None:
        return None
    rows = fold.episodes.get(key["need_id"], {})
    return [row for number, row in rows.items() if key.get("episode", number) == number]


async def remove(session: AsyncSession, model: type[Table], key: dict[str, Any]) -> None:
    """Take a row away; nothing where there is none."""
    await session.execute(delete(model).filter_by(**key))


async def forget_need(session: AsyncSession, need_id: UUID) -> None:
    """A need begins: whatever was heard of it before is heard again."""
    fold = in_hand(session, need_id)
    if fold is not None:
        await fold.forget(session, need_id)
        return
    gone = await session.execute(
        delete(NeedEpisode).where(NeedEpisode.need_id == need_id).returning(NeedEpisode.need_id)
    )
    if gone.first() is not None:
        await session.execute(delete(NeedPause).where(NeedPause.need_id == need_id))


async def forget_merge(session: AsyncSession, merge_id: UUID) -> None:
    """A merge no longer stands."""
    await session.execute(delete(ResidentAlias).where(ResidentAlias.merge_id == merge_id))


async def pauses_of(session: AsyncSession, need_id: UUID, episode: int) -> Sequence[NeedPause]:
    """The pauses of an episode, in the order in which they began."""
    fold = in_hand(session, need_id)
    if fold is not None:
        return held_pauses(fold, need_id, episode)
    query = select(NeedPause).where(NeedPause.need_id == need_id, NeedPause.episode == episode)
    fresh = query.order_by(NeedPause.paused_at, NeedPause.pause_id).execution_options(populate_existing=True)
    return (await session.scalars(fresh)).all()


async def version_of_station(session: AsyncSession, station_id: UUID) -> int:
    """How new what is known of a station is; 0 where nothing is."""
    return await session.scalar(select(Station.version).where(Station.station_id == station_id)) or 0


async def latest_episode(session: AsyncSession, need_id: UUID) -> int | None:
    fold = in_hand(session, need_id)
    if fold is not None:
        return max(fold.episodes.get(need_id, {}), default=None)
    return await session.scalar(select(func.max(NeedEpisode.episode)).where(NeedEpisode.need_id == need_id))


async def episode_of(session: AsyncSession, need_id: UUID, episode: int) -> NeedEpisode | None:
    fold = in_hand(session, need_id)
    if fold is not None:
        return fold.episodes.get(need_id, {}).get(episode)
    found: NeedEpisode | None = await session.get(NeedEpisode, (need_id, episode), populate_existing=True)
    return found


async def order_by_id(session: AsyncSession, order_id: UUID) -> Order | None:
    found: Order | None = await session.get(Order, order_id, populate_existing=True)
    return found


async def take(session: AsyncSession, resource_id: UUID, quantity: int) -> None:
    """So much more (or less) of a resource is taken."""
    statement = insert(ResourceUse).values(resource_id=resource_id, taken=quantity)
    added = {"taken": ResourceUse.taken + quantity}
    await session.execute(statement.on_conflict_do_update(index_elements=["resource_id"], set_=added))
