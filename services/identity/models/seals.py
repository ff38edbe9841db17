"""The seals of everybody's trail, as they were announced."""

from datetime import datetime

from sqlalchemy import BigInteger, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.models.table import Table
from shared.kit.tables import MOMENT


class HeldSeal(Table):
    """One seal of one service's trail: whoever changed that trail would have to change it here too."""

    __tablename__ = "held_seal"

    service: Mapped[str] = mapped_column(primary_key=True)
    seal: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    first: Mapped[int] = mapped_column(BigInteger)
    last: Mapped[int] = mapped_column(BigInteger)
    entries: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_at: Mapped[datetime] = mapped_column(MOMENT)
