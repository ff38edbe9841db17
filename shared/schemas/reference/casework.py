"""Rows of casework: the standard that stations are held against, and which needs become cases."""

from typing import Self

from pydantic import Field, model_validator

from shared.schemas.reference.row import ReferenceBody
from shared.schemas.vocabulary import StationMeasure, StationSetting


class StationStandard(ReferenceBody, table="station_standard"):
    """What a station is held against: a figure of its file that must be at least, or at most, so much.

    `setting` says that it holds for stations in town or in the country only. Zones are per cent of the premises;
    what is yes or no (access, agreement, equipment) counts as 1 or 0.
    """

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    measure: StationMeasure
    setting: StationSetting | None = None
    least: float | None = None
    most: float | None = None
    name_zh: str
    name_en: str
    clause: str

    @property
    def key(self) -> str:
        return self.code

    @model_validator(mode="after")
    def _check_bounds(self) -> Self:
        if self.least is None and self.most is None:
            raise ValueError("A standard says at least or at most how much. 标准须给出下限或上限。")
        return self


class CaseworkPolicy(ReferenceBody, table="casework_policy"):
    """A category whose needs become cases by themselves when they are triaged to a station."""

    category: str
    because_zh: str

    @property
    def key(self) -> str:
        return self.category
