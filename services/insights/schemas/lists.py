"""Forms about the three lists and the packages."""

from enum import StrEnum

from pydantic import Field

from shared.schemas.forms import View
from shared.schemas.vocabulary import ServiceClass


class ListLine(View):
    """One kind of help in one township: needs, resources and services side by side."""

    township: str
    township_name: str
    category: str
    asked: int = Field(description="Needs registered in the period.")
    open: int = Field(description="Needs that still wait for help, whenever they were registered.")
    resources: int = Field(description="Active resources that reach the township.")
    capacity_left: int | None = Field(
        description="What is left of them; null if one is not counted. What serves a county is seen from each township."
    )
    gap: int
    surplus: int
    services: list[str] | None = Field(
        description="Codes of the stations there whose list (站服务清单) has it; null until one reports its list."
    )
    service_class: ServiceClass | None = Field(description="Base or special, where a station lists it.")
    services_given: int | None = Field(
        description="Professional services recorded in cases of this kind; null until anything was heard of casework."
    )


class ListsView(View):
    """The three lists (三张清单)."""

    month_from: str
    month_to: str
    division: str | None
    lines: list[ListLine]


class PackageDimension(StrEnum):
    """What packages can be told apart by, beside their provider."""

    STATION = "station"


class PackageLine(View):
    """A provider's packages of a quarter."""

    provider: str
    station: str | None = Field(description="The station's code, where stations are told apart.")
    quarter: str
    due: int = Field(description="Township stations in the area: each is owed a package.")
    stations: int = Field(description="Stations that were handed one.")
    granted: int = Field(description="Quantity handed out.")
    used: int = Field(description="Quantity used by orders of that quarter; packages are drawn first.")


class PackagesView(View):
    """Packages (部门资源包) due, granted and used."""

    quarter: str
    division: str | None
    lines: list[PackageLine]
