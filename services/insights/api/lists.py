"""The three lists and the packages, over the counter."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query, Response

from services.insights.api.asking import Area, Category, MonthFrom, MonthTo
from services.insights.api.sheets import IN_A_SHEET, Accepted, shown
from services.insights.schemas.lists import ListsView, PackageDimension, PackagesView
from services.insights.service import lists
from shared.kit.access import may
from shared.kit.contract import refuses
from shared.kit.edge import Room, Transaction
from shared.schemas.access import Action

router = Room(prefix="/v1", tags=["lists"])


@router.get(
    "/lists", dependencies=[may(Action.READ_INSIGHTS)], summary="The three lists", response_model=ListsView,
    responses=IN_A_SHEET | refuses(404),
)  # fmt: skip
async def read_lists(
    session: Transaction,
    accept: Accepted = "",
    month_from: MonthFrom = None,
    month_to: MonthTo = None,
    division: Area = None,
    category: Category = None,
) -> ListsView | Response:
    """Needs, resources and services (三张清单) side by side, by township and category, with gap and surplus."""
    view = await lists.three_lists(
        session, month_from=month_from, month_to=month_to, division=division, category=category
    )
    return shown(accept, view, view.lines, name=f"three-lists_{view.month_from}_{view.month_to}")


@router.get(
    "/packages", dependencies=[may(Action.READ_INSIGHTS)], summary="Packages due, granted, used",
    response_model=PackagesView, responses=IN_A_SHEET | refuses(404),
)  # fmt: skip
async def read_packages(
    session: Transaction,
    accept: Accepted = "",
    division: Area = None,
    quarter: Annotated[
        str | None, Query(pattern=r"^20\d{2}Q[1-4]$", description="This one if left out.", examples=["2026Q1"])
    ] = None,
    by: Annotated[Sequence[PackageDimension], Query(max_length=1, description="What to tell apart.")] = (),
) -> PackagesView | Response:
    """Packages (部门资源包) by department, and by station if wished: owed to each township station, granted, used."""
    view = await lists.packages(session, division=division, asked_quarter=quarter, by_station=bool(by))
    return shown(accept, view, view.lines, name=f"packages_{view.quarter}")
