"""What of the facts of matching is shown to screens as it happens."""

from typing import Final

from services.matching.repository.sight import needs_seen, orders_seen, packages_seen, resources_seen
from shared.kit.streams.sights import Sight, Stream
from shared.schemas.access import Action
from shared.schemas.facts import Fact
from shared.schemas.facts import matching as facts

OF_ORDERS: Final[tuple[type[Fact], ...]] = (
    facts.OrderRequested, facts.OrderAccepted, facts.OrderRejected, facts.OrderStarted, facts.OrderHeld,
    facts.OrderResumed, facts.OrderCompleted, facts.OrderFailed, facts.OrderCancelled, facts.ClockWarned,
    facts.ClockBreached,
)  # fmt: skip
OF_RESOURCES: Final[tuple[type[Fact], ...]] = (facts.ResourcePublished, facts.ResourceChanged)

STREAM: Final = Stream(
    action=Action.FOLLOW_ORDERS,
    shown=dict.fromkeys(OF_ORDERS, Sight(Action.READ_ORDERS, orders_seen))
    | dict.fromkeys(OF_RESOURCES, Sight(Action.READ_RESOURCES, resources_seen))
    | {
        facts.PackageGranted: Sight(Action.READ_PACKAGES, packages_seen),
        facts.MatchExhausted: Sight(Action.READ_CANDIDATES, needs_seen),
    },
    kept_back={
        facts.AssuranceEnding: "it is about a provider's whole list and told to the provider's own system, in its feed",
    },
)  # fmt: skip
