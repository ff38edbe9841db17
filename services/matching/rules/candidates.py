"""What matching knows when it compares an asker with an offer: two plain records, and all else follows from them."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from services.matching.rules.distance import NOWHERE, Place
from services.matching.rules.eligibility import Judge
from services.matching.rules.person import NOBODY_KNOWN, Person
from shared.schemas.vocabulary import AccountKind, ResourceStatus, Word


class Duty(Word):
    """What the duty list (职责清单) says of a provider, for this category in this division, today."""

    LEADS = "leads", "牵头"
    SUPPORTS = "supports", "配合"
    NONE = "none", "未列入"


@dataclass(frozen=True, slots=True)
class Ask:
    """The asking side: a need, or only a question about capacity.

    `categories` is the need's category first, then those above it. `on` is the day in Asia/Shanghai.
    `asked` holds the resources that were asked already in this episode.
    """

    categories: tuple[str, ...]
    on: date
    place: Place = NOWHERE
    person: Person = NOBODY_KNOWN
    quantity: int = 1
    asked: frozenset[UUID] = frozenset()

    @property
    def division(self) -> str | None:
        """Where the asker lives, by code."""
        return self.place.division


@dataclass(frozen=True, slots=True)
class Offer:
    """The giving side: one resource as it stands, seen from the asker's station.

    `available` of `maximum` is the capacity left outside packages, both `None` for kinds without a quantity.
    `package` is what is left in the package of this station, `None` without one. `opens` is the first day, `closes` the
    first day after; `assured_until` the last day for which the provider vouches. `quality` 0 to 1, `None` until known.
    """

    resource_id: UUID
    category: str
    areas: tuple[str, ...]
    place: Place = NOWHERE
    status: ResourceStatus = ResourceStatus.ACTIVE
    assured_until: date | None = None
    opens: date | None = None
    closes: date | None = None
    available: int | None = None
    maximum: int | None = None
    package: int | None = None
    lead_days: int = 0
    quality: float | None = None
    duty: Duty = Duty.NONE
    eligibility: Judge | None = field(default=None, compare=False)

    @property
    def is_quantified(self) -> bool:
        """Whether it can run out at all."""
        return self.maximum is not None

    def paying_account(self, quantity: int) -> AccountKind | None:
        """Which account an order of this size draws: the package first, else the resource's own, else none can.

        An order is drawn from one account whole, so that its release finds the way back.
        """
        if self.package is not None and self.package >= quantity:
            return AccountKind.PACKAGE
        return AccountKind.CAPACITY if self.available is not None and self.available >= quantity else None
