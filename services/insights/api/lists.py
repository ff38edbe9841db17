"""The three lists and the packages, over the counter."""

from typing import Annotated

from fastapi import Query

from services.insights.api.asking import Area, Category, MonthFrom, MonthTo
from services.insights.schemas.lists import ListsView, PackagesView
from services.insights.service import lists
from shared.kit.access import may
from shared.kit.edge import Room, Transaction
from shared.schemas.access import Action

router = Room(prefix="/v1", tags=["lists"])


@router.get("/lists", dependencies=[may(Action.READ_INSIGHTS)], summary="The three lists")
async def read_lists(
    session: Transaction,
    month_from: MonthFrom = None,
    month_to: MonthTo = None,
    division: Area = None,
    category: Category = None,
) -> ListsView:
    """Needs, resources and services (三张清单) side by side, by township and category, with gap and surplus."""
    return await lists.three_lists(
        session, month_from=month_from, month_to=month_to, division=division, category=category
    )


@router.get("/packages", dependencies=[may(Action.READ_INSIGHTS)], summary="Packages due, granted, used")
async def read_packages(
    session: Transaction,
    division: Area = None,
    quarter: Annotated[
        str | None, Query(pattern=r"^20\d{2}Q[1-4]$", description="This one if left out.", examples=["2026Q1"])
    ] = None,
) -> PackagesView:
    """Packages (部门资源包) by department: owed to each township station, handed out, and used."""
    return await lists.packages(session, division=division, asked_quarter=quarter)
