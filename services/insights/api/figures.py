"""Response times and indicators, over the counter."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query

from services.insights.api.asking import Area, Category, MonthFrom, MonthTo
from services.insights.schemas.figures import Dimension, IndicatorsView, ResponseTimesView
from services.insights.service import indicators, responses
from shared.kit.access import may
from shared.kit.edge import Room, Transaction
from shared.schemas.access import Action
from shared.schemas.vocabulary import Urgency

router = Room(prefix="/v1", tags=["figures"])


@router.get("/response-times", dependencies=[may(Action.READ_INSIGHTS)], summary="Response times")
async def read_response_times(
    session: Transaction,
    month_from: MonthFrom = None,
    month_to: MonthTo = None,
    division: Area = None,
    category: Category = None,
    urgency: Urgency | None = None,
    by: Annotated[Sequence[Dimension], Query(max_length=4, description="What to tell apart.")] = (),
) -> ResponseTimesView:
    """How long people waited for the first effective contact and for a provider to begin, by month of asking.

    Mean, median and P90 in days, and the share within the service level; corrected and first figure apart, because a
    contact that was logged late corrects one and never the other. Beside them stands what the plan says.
    """
    return await responses.response_times(
        session, month_from=month_from, month_to=month_to, division=division, category=category, urgency=urgency,
        by=list(dict.fromkeys(by)),
    )  # fmt: skip


@router.get("/indicators", dependencies=[may(Action.READ_INSIGHTS)], summary="Indicators")
async def read_indicators(
    session: Transaction, month_from: MonthFrom = None, month_to: MonthTo = None, division: Area = None
) -> IndicatorsView:
    """Each indicator with numerator, denominator, unit and direction, beside the plan's figures and their clauses.

    Where nothing was heard yet (surveys, complaints, staff) the denominator is 0 and the value null, never 100 %.
    """
    return await indicators.indicators(session, month_from=month_from, month_to=month_to, division=division)
