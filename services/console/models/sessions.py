"""Sessions: what a browser's cookie stands for. Tokens stay here, sealed; the browser never has one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.console.models.table import Table
from shared.kit.sealed import Sealed
from shared.kit.tables import MOMENT


class SignIn(Table):
    """Somebody who was sent to sign in and has not come back yet; `state` and the browser's cookie find it."""

    __tablename__ = "sign_in"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    state_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    nonce: Mapped[str]
    verifier_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    return_to: Mapped[str]
    begun_at: Mapped[datetime] = mapped_column(MOMENT, index=True)

    verifier = Sealed()


class DeskSession(Table):
    """Somebody who is signed in; the cookie's secret is kept only as a hash."""

    __tablename__ = "desk_session"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    account: Mapped[str]
    grants: Mapped[list[dict[str, Any]]]
    csrf: Mapped[str]
    access_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    refresh_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    id_token_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    access_ends_at: Mapped[datetime] = mapped_column(MOMENT)
    # One request renews the tokens, the others wait: a refresh token that is used twice ends the whole family.
    renewing_until: Mapped[datetime | None] = mapped_column(MOMENT)
    began_at: Mapped[datetime] = mapped_column(MOMENT)
    # When somebody last did something here, to the minute; what a screen asks for by itself does not count.
    seen_at: Mapped[datetime] = mapped_column(MOMENT)
    ends_at: Mapped[datetime] = mapped_column(MOMENT, index=True)

    access = Sealed()
    refresh = Sealed()
    id_token = Sealed()
