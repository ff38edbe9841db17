"""Matching as needs hears it, spoken by a test: facts with positions and sequences, one after another."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from shared.kit.feed.ears import HeardFact
from shared.kit.ids import new_id
from shared.schemas.facts import Fact
from shared.schemas.facts.matching import OrderAccepted, OrderCompleted, OrderRequested, OrderStarted
from tests.city import City
from tests.people import STATION, TOWNSHIP


@dataclass(slots=True)
class MatchingByHand:
    """Says facts to the needs service as matching would."""

    city: City
    said: int = 0
    numbers: dict[str, int] = field(default_factory=dict)

    async def say(self, *facts: Fact, at: datetime) -> None:
        """Let these facts arrive, in this order."""
        batch = [self._heard(fact, at) for fact in facts]
        (listener,) = (each for each in self.city.house("needs").listeners if each.publisher == "matching")

        async def fetch(_: str | None) -> Sequence[HeardFact]:
            return batch

        listener.fetch = fetch
        assert await listener.step() == len(batch)

    def _heard(self, fact: Fact, at: datetime) -> HeardFact:
        self.said += 1
        self.numbers[fact.subject] = self.numbers.get(fact.subject, 0) + 1
        return HeardFact(
            position=f"1.1.{self.said}", id=new_id(), name=fact.name, subject=fact.subject,
            sequence=self.numbers[fact.subject], time=at.astimezone(UTC), body=fact.model_dump(mode="json"),
        )  # fmt: skip

    async def accepted(
        self, need: dict[str, str], at: datetime, *, provider: str = "civil_affairs", category: str = "meals"
    ) -> UUID:
        """An order asked of a department and taken by it; its id."""
        order = new_id()
        requested = OrderRequested(
            order_id=order, reference="GD260310-000000-0", need_id=UUID(need["id"]), resident_id=_id(need),
            resource_id=new_id(), provider=provider, station_id=STATION, division=TOWNSHIP, category=category,
            quantity=1, due_at=at,
        )  # fmt: skip
        accepted = OrderAccepted(
            order_id=order, need_id=UUID(need["id"]), resident_id=_id(need), provider=provider, category=category,
            accepted_at=at,
        )  # fmt: skip
        await self.say(requested, accepted, at=at)
        return order

    async def started(
        self, order: UUID, need: dict[str, str], at: datetime, *, provider: str = "civil_affairs"
    ) -> None:
        await self.say(OrderStarted(order_id=order, need_id=UUID(need["id"]), provider=provider, started_at=at), at=at)

    async def completed(
        self, order: UUID, need: dict[str, str], at: datetime, *, provider: str = "civil_affairs"
    ) -> None:
        fact = OrderCompleted(
            order_id=order, need_id=UUID(need["id"]), provider=provider, quantity=1, used=1, completed_at=at
        )
        await self.say(fact, at=at)


def _id(need: dict[str, str]) -> UUID | None:
    return UUID(need["resident_id"]) if need["resident_id"] else None
