"""The needs of one batch of facts, read once and written once: in between, facts take effect on what is in hand.

A rebuilding hears a need's facts by the hundred. A statement for each step of each fact would read and write the
same row again and again; so the batch's needs are fetched together, changed in the session, and flushed with it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.models import NeedEpisode, NeedPause, Table

FOLD: Final = "fold"


@dataclass(slots=True)
class Fold:
    """The episodes and pauses of some needs, as the facts heard so far leave them."""

    needs: set[UUID]
    episodes: dict[UUID, dict[int, NeedEpisode]] = field(default_factory=dict)
    pauses: dict[UUID, dict[UUID, NeedPause]] = field(default_factory=dict)

    def put(self, session: AsyncSession, row: Table) -> None:
        """Hold a row whole: one that is there already takes its values."""
        kept = self._kept(row)
        if kept is None:
            session.add(row)
            return
        for column in row.__mapper__.column_attrs:
            setattr(kept, column.key, getattr(row, column.key))

    def _kept(self, row: Table) -> Table | None:
        """The row in hand with the same key; where there is none, this one is in hand from now."""
        if isinstance(row, NeedEpisode):
            episode = self.episodes.setdefault(row.need_id, {}).setdefault(row.episode, row)
            return None if episode is row else episode
        assert isinstance(row, NeedPause)
        pause = self.pauses.setdefault(row.need_id, {}).setdefault(row.pause_id, row)
        return None if pause is row else pause

    async def forget(self, session: AsyncSession, need_id: UUID) -> None:
        """A need begins: whatever is there of it goes, from hand and from the database."""
        rows = [*self.episodes.pop(need_id, {}).values(), *self.pauses.pop(need_id, {}).values()]
        if not rows:
            return
        for row in rows:
            session.expunge(row)
        for model in (NeedEpisode, NeedPause):
            await session.execute(delete(model).where(model.need_id == need_id))

    def find_pause(self, pause_id: UUID) -> NeedPause | None:
        """A pause in hand."""
        return next((rows[pause_id] for rows in self.pauses.values() if pause_id in rows), None)


async def take_in_hand(session: AsyncSession, needs: Collection[UUID]) -> None:
    """Fetch the episodes and pauses of these needs; until this transaction ends they are read and changed here."""
    fold = session.info[FOLD] = Fold(set(needs))
    for episode in (await session.scalars(select(NeedEpisode).where(NeedEpisode.need_id.in_(needs)))).all():
        fold.episodes.setdefault(episode.need_id, {})[episode.episode] = episode
    for pause in (await session.scalars(select(NeedPause).where(NeedPause.need_id.in_(needs)))).all():
        fold.pauses.setdefault(pause.need_id, {})[pause.pause_id] = pause


def in_hand(session: AsyncSession, need_id: UUID | None) -> Fold | None:
    """Where a need of this batch is held; None where facts come one by one."""
    fold: Fold | None = session.info.get(FOLD)
    return fold if fold is not None and need_id in fold.needs else None


def held_pauses(fold: Fold, need_id: UUID, episode: int) -> Sequence[NeedPause]:
    """The pauses of an episode, in the order in which they began."""
    rows = [row for row in fold.pauses.get(need_id, {}).values() if row.episode == episode]
    return sorted(rows, key=lambda row: (row.paused_at, row.pause_id))
