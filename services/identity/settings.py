"""The environment of identity: IDENTITY_DATABASE_URL and so on."""

from pathlib import Path
from typing import Final

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.kit.settings import SharedSettings

MOBILE_REDIRECTS: Final = ("http://127.0.0.1/callback", "fuzhou-mobile:/callback")


class Settings(SharedSettings):
    """What identity reads beside what all services read."""

    model_config = SettingsConfigDict(env_prefix="IDENTITY_")

    signing_key_file: Path = Field(validation_alias="FUZHOU_SIGNING_KEY_FILE", description="A private JWK (P-256).")
    previous_keys_file: Path | None = Field(
        None,
        validation_alias="FUZHOU_PREVIOUS_KEYS_FILE",
        description="A JWK set whose keys no longer sign, published for as long as their tokens live.",
    )
    client_secrets_folder: Path | None = Field(
        None, validation_alias="FUZHOU_CLIENT_SECRETS_FOLDER", description="One file a service, named after it."
    )
    token_seconds: int = Field(600, ge=60, le=600, description="How long an access token lasts.")
    token_per_minute: int = Field(120, ge=1, description="Requests for tokens from one address a minute.")
    sign_in_per_minute: int = Field(60, ge=1, description="Tries to sign in from one address a minute.")
    pages_per_minute: int = Field(300, ge=1, description="Pages of signing in for one address a minute.")
    mobile_redirects: tuple[str, ...] = Field(
        MOBILE_REDIRECTS,
        description="Where the application for telephones is sent back to; a loopback address at any port.",
    )
