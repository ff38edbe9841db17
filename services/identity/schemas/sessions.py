"""Forms about sessions and links."""

from uuid import UUID

from pydantic import Field

from shared.schemas.forms import Form, View
from shared.schemas.moments import Moment


class LinkForm(Form):
    """A one-time link for an account."""

    renew_second_factor: bool = Field(
        default=False, description="The telephone was lost or changed: a new second factor is set up with the password."
    )


class LinkView(View):
    """The link, this once. Hand it to the person and to nobody else."""

    account: str
    url: str = Field(examples=["http://127.0.0.1:8000/identity/v1/links/one-time-secret"])
    ends_at: Moment


class SessionView(View):
    """Somebody's session in one browser."""

    id: UUID
    account: str
    agent: str = Field(description="The browser, as it names itself.", examples=["Mozilla/5.0"])
    methods: list[str] = Field(description="How they signed in: `pwd`, `otp`.", examples=[["pwd", "otp"]])
    started_at: Moment
    seen_at: Moment
    ends_at: Moment


class UserInfo(View):
    """Who signed in (OpenID Connect Core, 5.3). Accounts hold no personal data, so there is little to tell."""

    sub: str
    preferred_username: str
    worker: str | None
    roles: list[str]
