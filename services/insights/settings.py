"""The environment of insights: INSIGHTS_DATABASE_URL and so on."""

from importlib.resources import files
from pathlib import Path
from typing import Final

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.kit.settings import SharedSettings

OUTLINES: Final = Path(str(files("shared.reference"))) / "outlines" / "counties.geojson"


class Settings(SharedSettings):
    """What insights reads: what all services read, and where the counties' outlines are."""

    model_config = SettingsConfigDict(env_prefix="INSIGHTS_")

    outlines_file: Path = Field(
        default=OUTLINES, description="GeoJSON, WGS-84: a feature for each county, by its code."
    )
