"""Who had a hand in a need, as the facts of needs, matching and cases tell: codes and accounts, no words."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.feedback.models.table import Table
from shared.kit.tables import MOMENT


class Handler(Table):
    """A station, a provider or an account that had a hand in a need, in whichever episode."""

    __tablename__ = "handler"

    need_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str] = mapped_column(primary_key=True)


class CasePart(Table):
    """A need that is part of a case: whoever has the case has a hand in it."""

    __tablename__ = "case_part"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    need_id: Mapped[UUID] = mapped_column(primary_key=True)


class CaseHand(Table):
    """A station or a worker that had a case, at whichever time."""

    __tablename__ = "case_hand"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str] = mapped_column(primary_key=True)


class AccountHand(Table):
    """What an account is, as identity tells: whose worker, of which stations and provider, running which townships."""

    __tablename__ = "account_hand"

    account: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str] = mapped_column(primary_key=True)


class Served(Table):
    """An order that a provider completed for a need: what a department is judged by."""

    __tablename__ = "served"

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    need_id: Mapped[UUID] = mapped_column(index=True)
    provider: Mapped[str]
    completed_at: Mapped[datetime] = mapped_column(MOMENT)
