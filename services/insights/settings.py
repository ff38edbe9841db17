"""The environment of insights: INSIGHTS_DATABASE_URL and so on."""

from pydantic_settings import SettingsConfigDict

from shared.kit.settings import SharedSettings


class Settings(SharedSettings):
    """What insights reads: what all services read."""

    model_config = SettingsConfigDict(env_prefix="INSIGHTS_")
