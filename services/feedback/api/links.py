"""What the public addresses have in common: the link's form, its scope, and fair use."""

from typing import Annotated, Final

from fastapi import Path

from shared.kit.access import anyone
from shared.kit.fair_use import per_address

BY_LINK: Final = (anyone("feedback.surveys"), per_address("survey_per_minute"))
Token = Annotated[str, Path(min_length=16, max_length=64, pattern="^[A-Za-z0-9_-]+$")]
