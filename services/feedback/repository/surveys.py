"""Questions about surveys, calls and samples."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.feedback.models import CallBack, Sample, Survey, SurveyWords
from services.feedback.repository.people import person
from services.feedback.repository.rates import below
from services.feedback.rules.states import CallBackReason, CallBackStatus, SurveyStatus
from shared.kit.paging import Cut, beyond


async def survey_by_id(session: AsyncSession, id: UUID, *, lock: bool = False) -> Survey | None:
    query = select(Survey).where(Survey.id == id)
    found: Survey | None = await session.scalar(query.with_for_update() if lock else query)
    return found


async def survey_by_token(session: AsyncSession, index: bytes) -> Survey | None:
    found: Survey | None = await session.scalar(select(Survey).where(Survey.token_index == index))
    return found


async def need_of_token(session: AsyncSession, index: bytes) -> UUID | None:
    """The need whose survey has this link; nothing is read or held of the survey itself."""
    return await session.scalar(select(Survey.need_id).where(Survey.token_index == index))


async def need_of_call(session: AsyncSession, id: UUID) -> UUID | None:
    """The need that a call is about; nothing is read or held of the call itself."""
    query = select(Survey.need_id).join(CallBack, CallBack.survey_id == Survey.id).where(CallBack.id == id)
    return await session.scalar(query)


async def survey_of(session: AsyncSession, need_id: UUID, episode: int, *, lock: bool = False) -> Survey | None:
    query = select(Survey).where(Survey.need_id == need_id, Survey.episode == episode)
    found: Survey | None = await session.scalar(query.with_for_update() if lock else query)
    return found


async def surveys_of(session: AsyncSession, need_id: UUID, *, lock: bool = False) -> Sequence[Survey]:
    """The surveys of all episodes of a need, the first one first.

    Whoever answers or voids one holds all of them, and holds them before the calls: in this order nobody waits for
    somebody who waits for them.
    """
    query = select(Survey).where(Survey.need_id == need_id).order_by(Survey.episode)
    return (await session.scalars(query.with_for_update() if lock else query)).all()


async def words_of(session: AsyncSession, id: UUID) -> SurveyWords | None:
    found: SurveyWords | None = await session.scalar(select(SurveyWords).where(SurveyWords.id == id))
    return found


async def disputes(session: AsyncSession, page: Cut, *, is_decided: bool | None) -> Sequence[Survey]:
    """Unsatisfied after two reopenings, the oldest first; all of them, those decided, or those that are not."""
    query = select(Survey).where(Survey.is_dispute, *beyond(Survey.resolved_at, Survey.id, page))
    if is_decided is not None:
        query = query.where(Survey.decided_at.is_not(None) if is_decided else Survey.decided_at.is_(None))
    return (await session.scalars(query.order_by(Survey.resolved_at, Survey.id).limit(page.limit + 1))).all()


async def call_back_by_id(session: AsyncSession, id: UUID) -> CallBack | None:
    found: CallBack | None = await session.scalar(select(CallBack).where(CallBack.id == id).with_for_update())
    return found


async def call_backs(session: AsyncSession, page: Cut) -> Sequence[tuple[CallBack, Survey, UUID | None]]:
    """Who waits to be called, longest first: by the file that counts."""
    query = (
        select(CallBack, Survey, person())
        .join(Survey, Survey.id == CallBack.survey_id)
        .where(
            CallBack.status == CallBackStatus.OPEN,
            *beyond(CallBack.since, CallBack.id, page),
            # Nobody is called in vain: an answer after the window is taken from the sample alone.
            or_(CallBack.reason == CallBackReason.SAMPLE, Survey.status.in_(SurveyStatus.open())),
        )
        .order_by(CallBack.since, CallBack.id)
        .limit(page.limit + 1)
    )
    return [(call, survey, resident_id) for call, survey, resident_id in await session.execute(query)]


async def void_calls(session: AsyncSession, survey_ids: Sequence[UUID]) -> None:
    """Nobody is called for these any more."""
    statement = update(CallBack).where(CallBack.survey_id.in_(survey_ids), CallBack.status == CallBackStatus.OPEN)
    await session.execute(statement.values(status=CallBackStatus.VOID))


async def plan_sample(session: AsyncSession, month: date) -> bool:
    """Let a month have a sample; False where it has one already."""
    row = {"month": month, "population": [], "chosen": []}
    added = await session.execute(insert(Sample).values(row).on_conflict_do_nothing().returning(Sample.month))
    return added.scalar() is not None


async def sample_of(
    session: AsyncSession, month: date, *, lock: bool = False, hold: bool = False
) -> Sample | None:  # fmt: skip
    """A month's sample; locked for its draw, or held so that no draw of it begins meanwhile."""
    query = select(Sample).where(Sample.month == month).execution_options(populate_existing=True)
    locked = query.with_for_update(read=hold) if lock or hold else query
    found: Sample | None = await session.scalar(locked)
    return found


async def drawn_before(session: AsyncSession, earliest: date, month: date) -> set[UUID]:
    """The surveys that earlier samples were drawn from."""
    query = select(func.unnest(Sample.population)).where(Sample.month >= earliest, Sample.month != month)
    return set(await session.scalars(query))


async def asked_between(session: AsyncSession, since: datetime, until: datetime) -> Sequence[Survey]:
    """The surveys of a time whose people were to be asked, in the order of their ids."""
    query = select(Survey).where(
        Survey.resolved_at >= since,
        Survey.resolved_at < until,
        Survey.status.not_in((SurveyStatus.NOT_ASKED, SurveyStatus.VOID)),
    )
    return (await session.scalars(query.order_by(Survey.id))).all()


async def people_served(session: AsyncSession, since: datetime, until: datetime, *, division: str | None) -> int:
    """How many different people had an episode resolved in this time; merged files are one person's.

    Whoever asked without a file is known by the need alone.
    """
    query = select(func.count(func.coalesce(person(), Survey.need_id).distinct())).where(
        Survey.resolved_at >= since, Survey.resolved_at < until, Survey.status != SurveyStatus.VOID
    )
    return await session.scalar(query.where(*below(Survey.division, division))) or 0
