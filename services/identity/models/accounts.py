"""An account: a name, which is not a person's, with the roles it holds and where."""

from collections.abc import Sequence

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.models.table import Subject, Table
from shared.schemas.access import Grant
from shared.schemas.facts.identity import AccountChanged


class Account(Subject, Table):
    """Somebody who signs in."""

    __tablename__ = "account"

    worker: Mapped[str | None]
    # Made for trying the platform out, and known to everybody.
    is_sample: Mapped[bool]
    must_reset: Mapped[bool]
    password_hash: Mapped[str | None]
    totp_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    def edit(self, grants: Sequence[Grant], divisions: Sequence[str], worker: str | None) -> AccountChanged:
        """Hold other roles, or belong to another worker."""
        self.hold(grants, divisions)
        self.worker = worker
        self.version += 1
        return self.changed()


Index("ix_account_created", Account.created_at, Account.id)
Index("ix_account_divisions", Account.divisions, postgresql_using="gin")
