"""The environment of needs: NEEDS_DATABASE_URL and so on."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.kit.settings import SharedSettings


class Settings(SharedSettings):
    """What needs reads beside what all services read."""

    model_config = SettingsConfigDict(env_prefix="NEEDS_")

    track_per_minute: int = Field(30, ge=1, description="Tracking look-ups from one address a minute.")
    search_per_minute: int = Field(30, ge=1, description="Searches for people by one caller a minute.")
    public_address: str = Field("http://127.0.0.1:8000", description="What links in messages begin with.")
