"""The environment of cases: CASES_DATABASE_URL and so on."""

from pydantic_settings import SettingsConfigDict

from shared.kit.files.receiving import FileSettings


class Settings(FileSettings):
    """What cases reads: what all services with attachments read."""

    model_config = SettingsConfigDict(env_prefix="CASES_")
