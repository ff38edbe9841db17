"""Whose file was merged into whose: elsewhere rows stay as they are, and are read under the one that counts."""

from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.feedback.models.table import Table


class ResidentAlias(Table):
    """A file that was merged into another, as needs tells."""

    __tablename__ = "resident_alias"

    resident_id: Mapped[UUID] = mapped_column(primary_key=True)
    canonical_id: Mapped[UUID] = mapped_column(index=True)
