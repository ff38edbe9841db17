"""The rates, with their numbers; who may have handled something sees none that would tell who said what."""

from collections.abc import Collection
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.feedback.repository import rates as repository
from services.feedback.repository import surveys as surveys_repository
from services.feedback.repository import voices as voices_repository
from services.feedback.rules.hands import ACCOUNT, WORKER
from services.feedback.rules.periods import bounds
from services.feedback.rules.veils import Told, veiled
from services.feedback.schemas.figures import By, RatesTable, RatesView, Share, VoicesView
from services.feedback.service.handling import hands_of
from shared.kit.access import Caller
from shared.kit.clock import now
from shared.schemas.access import Action


async def rates(session: AsyncSession, period: str, by: By, *, division: str | None, who: Caller) -> RatesTable:
    """The three rates of a period by one key; to whom could tell one answer apart, only when it has ended."""
    since, until = bounds(period)
    hands = hands_of(who)
    rows = await repository.counts(session, by, since=since, until=until, division=division, hands=hands)
    # Whoever may read single answers reads what runs, but for what they had a hand in themselves.
    is_judge = bool(who.grants_for(Action.READ_SURVEY_ANSWER)) and {kind for kind, _ in hands} <= {ACCOUNT, WORKER}
    has_ended = now(session) >= until
    told = {
        row["key"]: Told(
            answered=row["answered"], by_month=[row[f"answered_{month}"] for month in range(3)],
            is_running=not has_ended or row["pending"] > 0, could_tell=not is_judge or row["handled"] > 0,
        )
        for row in rows
    }  # fmt: skip
    hidden = veiled(told)
    return RatesTable(period=period, by=by, items=[_rates(row, told[row["key"]], hidden) for row in rows])


def _rates(row: dict[str, Any], told: Told, hidden: Collection[str]) -> RatesView:
    is_hidden = row["key"] in hidden
    answered = row["answered"]

    def share(name: str) -> Share | None:
        return None if is_hidden else Share.of(row[name], answered)

    return RatesView(
        key=row["key"], resolved=row["resolved"], not_asked=row["not_asked"],
        asked=row["resolved"] - row["not_asked"], answered=answered, unreached=row["unreached"],
        pending=row["pending"], is_too_few=is_hidden and not told.is_running,
        is_running=is_hidden and told.is_running, response=share("responded"), solved=share("solved"),
        partly_solved=None if is_hidden else row["partly_solved"],
        not_solved=None if is_hidden else row["not_solved"], satisfaction=share("satisfied"),
        neutral=None if is_hidden else row["neutral"], unsatisfied=None if is_hidden else row["unsatisfied"],
    )  # fmt: skip


async def voices(session: AsyncSession, period: str, *, division: str | None) -> VoicesView:
    """Complaints against the people served, and suggestions."""
    since, until = bounds(period)
    lodged, settled, late = await voices_repository.count_complaints(session, since, until, division=division)
    made, answered, adopted = await voices_repository.count_suggestions(session, since, until, division=division)
    served = await surveys_repository.people_served(session, since, until, division=division)
    return VoicesView(
        period=period, complaints=lodged, settled=settled, late=late, per_person_served=Share.of(lodged, served),
        suggestions=made, answered=Share.of(answered, made), adopted=Share.of(adopted, made),
    )  # fmt: skip
