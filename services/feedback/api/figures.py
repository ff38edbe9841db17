"""Rates, counts and samples."""

from typing import Annotated

from fastapi import Path, Query

from services.feedback.schemas.figures import By, Period, RatesTable, VoicesView
from services.feedback.schemas.surveys import SampleView
from services.feedback.service import figures, samples
from shared.kit.access import Who, may
from shared.kit.edge import Room, Transaction
from shared.schemas.access import Action

router = Room(prefix="/v1", tags=["figures"])
Month = Annotated[str, Path(pattern=r"^20\d{2}-(0[1-9]|1[0-2])$", examples=["2026-03"])]
Division = Annotated[str | None, Query(pattern=r"^\d{4,12}$", description="This division and all below.")]
OfPeriod = Annotated[Period, Query(description="A month (2026-03) or a quarter (2026Q1) in which episodes ended.")]


@router.get("/rates", dependencies=[may(Action.READ_RATES)], summary="The three rates")
async def read_rates(
    session: Transaction, who: Who, period: OfPeriod, by: By = "station", division: Division = None
) -> RatesTable:
    """响应率、解决率、满意率 with their numbers, over what you may see; who was not reached stands apart.

    A department sees the episodes in which it served, and of several who did only itself.
    """
    return await figures.rates(session, period, by, division=division, who=who)


@router.get("/figures", dependencies=[may(Action.READ_VOICES)], summary="Complaints and suggestions in numbers")
async def read_figures(session: Transaction, period: OfPeriod, division: Division = None) -> VoicesView:
    """Complaints against the people served, late ones, and how many suggestions were answered and adopted."""
    return await figures.voices(session, period, division=division)


@router.get("/samples/{month}", dependencies=[may(Action.READ_SAMPLES)], summary="A month's call-back sample")
async def read_sample(month: Month, session: Transaction) -> SampleView:
    """Whom chance chose, the seed, and what it chose from: whoever draws again by the rule gets the same."""
    return await samples.sample_of(session, month)
