"""An account: a name, which is not a person's, with the roles it holds and where."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.models.table import Subject, Table
from services.identity.rules.second_factor import needs_second_factor
from shared.kit.sealed import Sealed
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
    # The second factor's secret; and the half minute whose code was last used, for none is good twice.
    totp = Sealed()
    factor_step: Mapped[int | None] = mapped_column(BigInteger)

    @property
    def needs_second_factor(self) -> bool:
        return needs_second_factor(self.held())

    def set_password(self, password_hash: str, factor: str | None) -> None:
        """Take a new password and, where there is one, a new second factor."""
        self.password_hash, self.must_reset = password_hash, False
        if factor is not None:
            self.totp, self.factor_step = factor, None
        self.version += 1

    def edit(self, grants: Sequence[Grant], divisions: Sequence[str], worker: str | None) -> AccountChanged:
        """Hold other roles, or belong to another worker."""
        self.hold(grants, divisions)
        self.worker = worker
        self.version += 1
        return self.changed()


Index("ix_account_created", Account.created_at, Account.id)
Index("ix_account_divisions", Account.divisions, postgresql_using="gin")
