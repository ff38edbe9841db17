"""The environment of a service: its own prefix for its own things, FUZHOU_ for what all share."""

from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

MAX_BODY_BYTES = 2 * 1024 * 1024


class Environment(StrEnum):
    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


class ClockMode(StrEnum):
    LIVE = "live"
    PLAYED = "played"


class SharedSettings(BaseSettings):
    """What every service reads. A service's own settings subclass this and name their prefix."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, populate_by_name=True)

    database_url: SecretStr
    pool_size: int = Field(8, ge=1, le=64, description="Connections of one worker; 8–16 are best.")
    pool_wait_seconds: float = Field(5.0, gt=0, description="How long a transaction waits for one of them.")
    environment: Environment = Field(Environment.PRODUCTION, validation_alias="FUZHOU_ENVIRONMENT")
    clock: ClockMode = Field(ClockMode.LIVE, validation_alias="FUZHOU_CLOCK")
    keys_file: Path = Field(validation_alias="FUZHOU_KEYS_FILE")
    issuer: str = Field("http://127.0.0.1:8000/identity", validation_alias="FUZHOU_ISSUER")
    identity_url: str = Field("http://127.0.0.1:8106", validation_alias="FUZHOU_IDENTITY_URL")
    needs_url: str = Field("http://127.0.0.1:8101", validation_alias="FUZHOU_NEEDS_URL")
    provider_file: Path | None = Field(
        None, validation_alias="FUZHOU_PROVIDER_FILE", description="Another OpenID provider in identity's place."
    )
    client_secret_file: Path | None = Field(None, validation_alias="FUZHOU_CLIENT_SECRET_FILE")
    allowed_origins: tuple[str, ...] = Field(
        (), validation_alias="FUZHOU_ALLOWED_ORIGINS", description="Sites whose pages may call (CORS); none by default."
    )
    sample: str | None = Field(None, validation_alias="FUZHOU_SAMPLE", description="Which sample city is asked for.")
    peers: dict[str, str] = Field(default_factory=dict, validation_alias="FUZHOU_PEERS")
    feed_wait_seconds: float = Field(20.0, ge=0, le=60, description="How long a listener waits for news in one call.")
    listens: bool = Field(
        default=True, description="False: nobody listens or fires until told to; tests drive by hand."
    )
    most_at_once: int = Field(
        32, ge=1, validation_alias="FUZHOU_MOST_AT_ONCE",
        description="Requests that one worker has begun and not ended.",
    )  # fmt: skip
    wait_seconds: float = Field(
        1.0, ge=0, validation_alias="FUZHOU_WAIT_SECONDS",
        description="How long a request waits to be begun in a short burst.",
    )  # fmt: skip
    wait_seconds_when_busy: float = Field(
        0.2, ge=0, validation_alias="FUZHOU_WAIT_SECONDS_WHEN_BUSY",
        description="… and while more comes than can be done.",
    )  # fmt: skip
    max_body_bytes: int = Field(MAX_BODY_BYTES, description="A larger body is answered 413.")

    @property
    def may_set_clock(self) -> bool:
        """Only outside production may a request bring its own time."""
        return self.environment is not Environment.PRODUCTION

    @property
    def is_production(self) -> bool:
        return self.environment is Environment.PRODUCTION


def settings_of(session: AsyncSession) -> Any:
    """The settings of the service whose transaction this is."""
    return session.info["memory"]["settings"]
