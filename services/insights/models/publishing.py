"""What was published beyond a county: each month once, for everybody alike, and never anew."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from services.insights.models.table import Table
from shared.kit.tables import MOMENT


class CubeCell(Table):
    """A month's figures of a county (6 digits) or township (9), as everybody beyond the county sees them."""

    __tablename__ = "cube_cell"

    month: Mapped[str] = mapped_column(primary_key=True)
    division: Mapped[str] = mapped_column(primary_key=True)
    need: Mapped[int | None]
    response_p90: Mapped[float | None]
    satisfaction: Mapped[float | None]
    made_at: Mapped[datetime] = mapped_column(MOMENT)
