"""Ways for insights to hear: at once in a batch, or through what needs announces."""

from collections.abc import Sequence
from uuid import uuid4

from services.insights.repository.hand import HAND
from shared.kit.feed.ears import HeardFact
from shared.kit.feed.listening import handle
from shared.kit.feed.log import announce
from shared.schemas.facts import Fact
from tests.city import City
from tests.given.scene import MOMENT
from tests.insights.planting import AT


async def hear_batch(city: City, facts: Sequence[Fact]) -> None:
    """Let insights hear these at once, as its listener would."""
    kind = facts[0].name.partition(".")[0]
    listener = next(each for each in city.house("insights").listeners if each.publisher == kind)
    heard = [HeardFact("", uuid4(), fact.name, fact.subject, 1, MOMENT, fact.model_dump(mode="json")) for fact in facts]
    async with listener.database.work(listener.context) as session:
        for preparation in listener.prepare:
            await preparation(session, heard)
        assert HAND in session.info, "they are in hand"
        for fact in heard:
            await handle(session, fact, listener.handlers)


async def announce_in_needs(city: City, facts: Sequence[Fact]) -> None:
    """Let needs say these, to whoever listens."""
    needs_house = city.house("needs")
    async with needs_house.database.work(needs_house.timers.context, now=AT) as session:
        announce(session, *facts)
