"""A client: a machine that signs in with a secret of its own."""

import hashlib
import hmac

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.models.table import Subject, Table


class Client(Subject, Table):
    """One of our services, or somebody's system."""

    __tablename__ = "client"

    kind: Mapped[str]
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    # An application on somebody's telephone keeps no secret: proof of possession (PKCE) is all it has.
    is_public: Mapped[bool] = mapped_column(server_default="false")
    # Where people who sign in through it are sent; what begins with a slash lies under the front door's address.
    redirect_uris: Mapped[list[str]] = mapped_column(server_default="{}")
    sign_out_uris: Mapped[list[str]] = mapped_column(server_default="{}")

    @property
    def subject(self) -> str:
        # An account's name holds no colon, so a machine is never taken for a person.
        return f"{self.kind}:{self.name}"

    def has_secret(self, secret: str) -> bool:
        """Whether this is its secret, in a time that does not tell how much of it was right."""
        return hmac.compare_digest(self.secret_hash, secret_hash(secret))


def secret_hash(secret: str) -> bytes:
    """What is kept of a secret. It is made by us, of 192 random bits or more, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).digest()


Index("ix_client_created", Client.created_at, Client.id)
