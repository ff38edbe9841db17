"""The environment of the console: CONSOLE_DATABASE_URL and so on."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.kit.settings import SharedSettings


class Settings(SharedSettings):
    """What the console reads beside what all services read."""

    model_config = SettingsConfigDict(env_prefix="CONSOLE_")

    public_address: str = Field("http://127.0.0.1:8000", description="The front door, as browsers know it.")
    services: dict[str, str] = Field(
        default_factory=dict, validation_alias="FUZHOU_SERVICES", description="Where each service's interface is."
    )
    authorize_address: str | None = Field(
        None, description="Where people sign in; left out, at the issuer's `/v1/authorize`."
    )
    session_hours: float = Field(8.0, gt=0, le=24, description="Nobody stays signed in longer than a working day.")
    idle_minutes: float = Field(60.0, gt=0, le=480, description="A desk is left alone so long at most.")

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach the door encrypted: then cookies travel only so."""
        return self.public_address.startswith("https://")
