"""Other services as needs hears them, spoken by a test at a moment."""

from datetime import UTC, datetime

from shared.kit.feed.ears import HeardFact
from shared.kit.feed.listening import handle
from shared.kit.ids import new_id
from shared.schemas.facts import Fact
from tests.city import City


async def hears(city: City, *facts: Fact, at: datetime, service: str = "needs") -> None:
    """Let a service hear facts, as its listeners would."""
    for fact in facts:
        listener = next(each for each in city.house(service).listeners if fact.name in each.handlers)
        heard = HeardFact("", new_id(), fact.name, fact.subject, 1, at.astimezone(UTC), fact.model_dump(mode="json"))
        async with listener.database.work(listener.context) as session:
            await handle(session, heard, listener.handlers)
