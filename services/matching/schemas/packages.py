"""Forms about packages (部门资源包) and the ledger."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.matching.schemas.resources import ExternalId
from shared.schemas.batches import RowError, RowOutcome
from shared.schemas.forms import Form, View
from shared.schemas.moments import Moment
from shared.schemas.vocabulary import LedgerEntryKind

Quarter = Annotated[str, Field(pattern=r"^20\d{2}Q[1-4]$", examples=["2026Q4"])]


class PackageForm(Form):
    """So much of a resource for a station in a quarter; given again, it is added to what the package holds."""

    resource_id: UUID
    station_id: UUID
    quarter: Quarter
    quota: int = Field(gt=0, le=1_000_000)
    carries_over: bool = Field(default=False, description="What is left stays usable after the quarter.")


class PackageRow(Form):
    """A line of a batch: so much of what you list under this key, in all, for a station in a quarter."""

    external_id: ExternalId
    station_id: UUID
    quarter: Quarter
    quota: int = Field(gt=0, le=1_000_000)
    carries_over: bool = False


class PackageRowAnswer(View):
    """What became of a line of a batch."""

    number: int = Field(description="The line, counted from 1.")
    package_id: UUID | None
    outcome: RowOutcome
    errors: list[RowError]


class PackageBatchAnswer(View):
    """What became of a batch: how many lines of each outcome, and each line."""

    counts: dict[RowOutcome, int]
    rows: list[PackageRowAnswer]


class PackageView(View):
    """A station's package. `opens` is its first day, `closes` the first day after it."""

    id: UUID
    provider: str
    resource_id: UUID
    station_id: UUID
    division: str
    quarter: str
    quota: int
    remaining: int
    opens: date
    closes: date
    carries_over: bool
    created_at: Moment
    updated_at: Moment


class EntryView(View):
    """A line of the ledger."""

    number: int
    kind: LedgerEntryKind
    quantity: int
    order_id: UUID | None
    by: str
    at: Moment


class LedgerView(View):
    """All lines of a package's account, oldest first, and what they sum to."""

    package_id: UUID
    remaining: int
    reserved: int
    used: int
    entries: list[EntryView]
