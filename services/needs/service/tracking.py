"""Following a need without signing in: its state, the next step, the expected date, and nothing of the person."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.models import Clock
from services.needs.repository import needs as repository
from services.needs.rules.moves import NEXT_STEP
from services.needs.schemas.needs import TrackView
from shared.kit.clock import SHANGHAI
from shared.kit.crypto import blind
from shared.kit.errors import NotFound
from shared.schemas.vocabulary import ClockKind, NeedStatus

WEEKDAYS = "一二三四五六日"
NOBODY = UUID(int=0)


async def track(session: AsyncSession, token: str) -> TrackView:
    """What may be told to whoever holds the token.

    The same statements run for tokens that do not exist, so that the time an answer takes tells nothing.

    Raises:
        NotFound: no need has this token.
    """
    need = await repository.need_by_token(session, blind("tracking", token))
    clocks = await repository.clocks_of(session, [need.id if need else NOBODY])
    place = await repository.place_in_line(session, need.id if need else NOBODY)
    if need is None:
        raise NotFound
    headline = [clock for clock in clocks if clock.kind == ClockKind.FIRST_CONTACT and clock.episode == need.episode]
    contacted = any(clock.met_at for clock in headline)
    expected = None if contacted or not need.is_open else _expected(headline)
    status = NeedStatus(need.status)
    return TrackView(
        reference=need.reference, status=status, status_zh=status.zh, next_step=NEXT_STEP[status].format(place=place),
        expected_by=expected, expected_zh=_in_words(expected, is_contacted=contacted), updated=contacted,
    )  # fmt: skip


def _expected(clocks: list[Clock]) -> datetime | None:
    return min((clock.due_at for clock in clocks if clock.is_open), default=None)


def _in_words(moment: datetime | None, *, is_contacted: bool) -> str:
    if moment is None:
        return "社工已与您联系" if is_contacted else "已办结，无需等待"
    local = moment.astimezone(SHANGHAI)
    return f"预计 {local.month}月{local.day}日（星期{WEEKDAYS[local.weekday()]}）前与您联系"
