"""Forms about accounts and clients."""

import re
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from shared.schemas.access import Grant
from shared.schemas.forms import Form, View
from shared.schemas.moments import Moment

DIVISION = r"^3610(\d{2}(\d{3}(\d{3})?)?)?$"
NAME = r"^[a-z][a-z0-9_-]{1,39}$"
Name = Annotated[
    str,
    Field(
        pattern=NAME,
        description="A name for the account, not the person's. Given once and never again.",
        examples=["head-361002100"],
    ),
]


def _in_the_city(grants: list[Grant]) -> list[Grant]:
    if not all(re.fullmatch(DIVISION, code) for grant in grants for code in grant.divisions):
        raise ValueError(
            "A division has 4, 6, 9 or 12 digits and begins with 3610. | 区划代码为 4、6、9 或 12 位，以 3610 开头"
        )
    return grants


Grants = Annotated[list[Grant], Field(min_length=1, max_length=20), AfterValidator(_in_the_city)]


class AccountEdit(Form):
    """The editable part of an account."""

    grants: Grants
    worker: str | None = Field(default=None, max_length=64, description="The worker that this account is.")


class AccountForm(AccountEdit):
    """A new account."""

    name: Name


class AccountView(View):
    """An account as its administrator sees it."""

    name: str
    grants: list[Grant]
    worker: str | None
    is_active: bool
    is_sample: bool
    must_reset: bool
    created_by: str
    created_at: Moment
    ended_at: Moment | None
    version: int


class ClientKind(StrEnum):
    """One of the platform's own services, a system of somebody else, or an application that people sign in through."""

    SERVICE = "service"
    SYSTEM = "system"
    APPLICATION = "application"


class ClientForm(Form):
    """A new machine client; its kind follows from its roles."""

    name: Name
    grants: Grants


class ClientView(View):
    """A client as its administrator sees it; the secret is never shown again."""

    name: str
    kind: ClientKind
    grants: list[Grant]
    is_active: bool
    created_by: str
    created_at: Moment
    ended_at: Moment | None
    version: int


class ClientWithSecret(ClientView):
    """A client just made, with its secret, this once."""

    secret: str = Field(description="Keep it where only the machine reads it. It cannot be shown again.")


class Nothing(Form):
    """An act that needs no words: send `{}`."""
