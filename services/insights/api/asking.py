"""What most questions name: months, an area, a category."""

from typing import Annotated

from fastapi import Query

MONTH = r"^20\d{2}-(0[1-9]|1[0-2])$"

MonthFrom = Annotated[str | None, Query(pattern=MONTH, description="The first month; January if left out.")]
MonthTo = Annotated[str | None, Query(pattern=MONTH, description="The last month; this one if left out.")]
Area = Annotated[
    str | None, Query(pattern=r"^\d{4,12}$", description="Any level, covers all below; all that is yours if left out.")
]
Category = Annotated[str | None, Query(pattern=r"^[a-z][a-z0-9_]{0,60}$", description="Only this category.")]
