"""Signing in: a person's session in one browser, the codes and tokens that come of it, and what stops guessing."""

import hashlib
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.models.table import Table
from services.identity.rules.lifetimes import IDLE, SECOND_STEP
from shared.kit.sealed import Sealed
from shared.kit.tables import MOMENT
from shared.schemas.facts.identity import AccessRevoked


def hashed(secret: str) -> bytes:
    """What is kept of a code, a token or a cookie: each has 256 random bits, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).digest()


class SignIn(Table):
    """A session: one person in one browser, from the password to the end of the day."""

    __tablename__ = "sign_in"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account: Mapped[str]
    # Where the account reaches, so that its administrators see its sessions.
    divisions: Mapped[list[str]]
    key_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    agent: Mapped[str]
    methods: Mapped[list[str]]
    started_at: Mapped[datetime] = mapped_column(MOMENT)
    seen_at: Mapped[datetime] = mapped_column(MOMENT)
    ends_at: Mapped[datetime] = mapped_column(MOMENT)
    # Until the second factor was shown, where one is needed.
    completed_at: Mapped[datetime | None] = mapped_column(MOMENT)
    ended_at: Mapped[datetime | None] = mapped_column(MOMENT)

    def is_open(self, at: datetime) -> bool:
        """Whether it still carries: begun whole, not ended, and seen within the hour."""
        return self.completed_at is not None and self.ended_at is None and at < min(self.ends_at, self.seen_at + IDLE)

    def awaits_code(self, at: datetime) -> bool:
        """Whether the password was right and the code is still to come."""
        return self.completed_at is None and self.ended_at is None and at < self.started_at + SECOND_STEP

    def end(self, at: datetime) -> AccessRevoked:
        """It carries no more, and neither do its tokens."""
        self.ended_at = at
        return AccessRevoked(account=self.account, before=at, session_id=self.id)


class AuthorizationCode(Table):
    """A code on its way through the browser: good once, for a minute, for who began."""

    __tablename__ = "authorization_code"

    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    sign_in_id: Mapped[UUID]
    client: Mapped[str]
    redirect_uri: Mapped[str]
    scope: Mapped[str]
    nonce: Mapped[str]
    challenge: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(MOMENT)
    ends_at: Mapped[datetime] = mapped_column(MOMENT, index=True)
    used_at: Mapped[datetime | None] = mapped_column(MOMENT)


class RefreshToken(Table):
    """What a client gets its next access token with: good once, and its use makes a successor."""

    __tablename__ = "refresh_token"

    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    sign_in_id: Mapped[UUID]
    client: Mapped[str]
    scope: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(MOMENT)
    ends_at: Mapped[datetime] = mapped_column(MOMENT, index=True)
    used_at: Mapped[datetime | None] = mapped_column(MOMENT)
    successor: Mapped[bytes | None] = mapped_column(LargeBinary)


class Link(Table):
    """A one-time link by which a person sets a password, made by an administrator."""

    __tablename__ = "link"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    account: Mapped[str] = mapped_column(index=True)
    divisions: Mapped[list[str]]
    # The secret of a new second factor; none where there is one already, or none is needed.
    factor_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    factor = Sealed()
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(MOMENT)
    ends_at: Mapped[datetime] = mapped_column(MOMENT)
    used_at: Mapped[datetime | None] = mapped_column(MOMENT)

    def is_good(self, at: datetime) -> bool:
        return self.used_at is None and at < self.ends_at


class Lockout(Table):
    """Failures under one name, whether there is such an account or not; the name itself is not kept."""

    __tablename__ = "lockout"

    name_key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    failures: Mapped[list[datetime]] = mapped_column(ARRAY(MOMENT))
    until: Mapped[datetime | None] = mapped_column(MOMENT)


Index("ix_sign_in_account", SignIn.account, SignIn.started_at)
Index("ix_sign_in_ends_at", SignIn.ends_at)
