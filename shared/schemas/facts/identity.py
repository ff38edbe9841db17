"""What identity announces."""

from datetime import datetime
from uuid import UUID

from shared.schemas.access import Grant
from shared.schemas.facts import Fact
from shared.schemas.seals import Seal


class AccountChanged(Fact, name="identity.account_changed.v1", subject="account"):
    """An account was made, changed or ended; `account` is its name, which is not a person's."""

    account: str
    is_active: bool
    version: int
    # What it may do and whose worker it is; null in facts from before it was told.
    grants: tuple[Grant, ...] | None = None
    worker: str | None = None


class AccessRevoked(Fact, name="identity.access_revoked.v1", subject="account"):
    """Tokens of an account issued before `before` are no longer good."""

    account: str
    before: datetime
    session_id: UUID | None = None


class AuditSealed(Seal, Fact, name="identity.audit_sealed.v1", subject="service"):
    """A batch of the trail of identity was sealed; identity holds the seal."""
