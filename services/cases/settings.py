"""The environment of cases: CASES_DATABASE_URL and so on."""

from pydantic_settings import SettingsConfigDict

from shared.kit.settings import SharedSettings


class Settings(SharedSettings):
    """What cases reads: what all services read."""

    model_config = SettingsConfigDict(env_prefix="CASES_")
