"""The environment of feedback: FEEDBACK_DATABASE_URL and so on."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.kit.settings import SharedSettings


class Settings(SharedSettings):
    """What feedback reads beside what all services read."""

    model_config = SettingsConfigDict(env_prefix="FEEDBACK_")

    survey_per_minute: int = Field(30, ge=1, description="Calls of survey links from one address a minute.")
    public_address: str = Field("http://127.0.0.1:8000", description="What links in messages begin with.")
