"""Response times and indicators, over the counter."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query, Response

from services.insights.api.asking import Area, Category, MonthFrom, MonthTo
from services.insights.api.sheets import IN_A_SHEET, Accepted, shown
from services.insights.schemas.figures import Dimension, EpisodeView, IndicatorsView, ResponseTimesView
from services.insights.service import indicators, responses
from shared.kit.access import may
from shared.kit.contract import refuses
from shared.kit.edge import Room, Transaction
from shared.kit.paging import Page, PageCut
from shared.schemas.access import Action
from shared.schemas.vocabulary import Urgency

router = Room(prefix="/v1", tags=["figures"])


@router.get(
    "/response-times", dependencies=[may(Action.READ_INSIGHTS)], summary="Response times",
    response_model=ResponseTimesView, responses=IN_A_SHEET | refuses(404),
)  # fmt: skip
async def read_response_times(
    session: Transaction,
    accept: Accepted = "",
    month_from: MonthFrom = None,
    month_to: MonthTo = None,
    division: Area = None,
    category: Category = None,
    urgency: Urgency | None = None,
    by: Annotated[Sequence[Dimension], Query(max_length=4, description="What to tell apart.")] = (),
) -> ResponseTimesView | Response:
    """How long people waited for the first effective contact and for a provider to begin, by month of asking.

    Mean, median and P90 in days, and the share within the service level; corrected and first figure apart, because a
    contact that was logged late corrects one and never the other. Listed pauses do not count; what followed three
    failed attempts counts, but for a second figure that is published apart. Beside them stands what the plan says.
    """
    view = await responses.response_times(
        session, month_from=month_from, month_to=month_to, division=division, category=category, urgency=urgency,
        by=list(dict.fromkeys(by)),
    )  # fmt: skip
    return shown(accept, view, view.rows, name=f"response-times_{view.month_from}_{view.month_to}")


@router.get("/episodes", dependencies=[may(Action.READ_EPISODES)], summary="The needs behind a number")
async def read_episodes(
    session: Transaction,
    page: PageCut,
    month_from: MonthFrom = None,
    month_to: MonthTo = None,
    division: Area = None,
    category: Category = None,
    *,
    overdue: Annotated[
        bool, Query(description="Only what is past its time without a first effective contact.")
    ] = False,
    waiting: Annotated[bool, Query(description="Only what waits for help, whenever it was asked.")] = False,
) -> Page[EpisodeView]:
    """What response times and the three lists count, one by one, in the order of asking.

    A need that was reopened stands in the month of asking and once more in that of each reopening, as it is counted.
    What is said of each need is read from the needs service, by those who may.
    """
    return await responses.episodes(
        session, page, month_from=month_from, month_to=month_to, division=division, category=category,
        is_overdue=overdue, is_waiting=waiting,
    )  # fmt: skip


@router.get(
    "/indicators", dependencies=[may(Action.READ_INSIGHTS)], summary="Indicators", response_model=IndicatorsView,
    responses=IN_A_SHEET | refuses(404),
)  # fmt: skip
async def read_indicators(
    session: Transaction,
    accept: Accepted = "",
    month_from: MonthFrom = None,
    month_to: MonthTo = None,
    division: Area = None,
) -> IndicatorsView | Response:
    """Each indicator with numerator, denominator, unit and direction, beside the plan's figures and their clauses.

    What cannot be known yet (surveys before any was sent, staff before any station reported it) is null, and
    `unknown` says why; it is never 0 and never 100 %.
    """
    view = await indicators.indicators(session, month_from=month_from, month_to=month_to, division=division)
    return shown(accept, view, view.indicators, name=f"indicators_{view.month_from}_{view.month_to}")
