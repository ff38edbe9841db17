"""The player: days in their order, in each what happens then, after each the services' clocks."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from deploy.year.asking import Asked
from deploy.year.habits import is_worked
from deploy.year.inbox import Inbox
from deploy.year.journeys import live, tale_of
from deploy.year.stage import Stage, World
from deploy.year.voices import all_beside

STEP = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From when until when is played."""

    since: datetime
    until: datetime

    def steps(self) -> Iterator[datetime]:
        """The ends of all steps; the last one is the end of the whole. Days off are taken with the day after them."""
        edge = self.since
        while edge < self.until:
            edge = min(edge + STEP, self.until)
            if edge == self.until or is_worked(edge - STEP):
                yield edge

    def progress(self, moment: datetime) -> float:
        return (moment - self.since) / (self.until - self.since)


async def play(
    world: World, asked: Sequence[Asked], span: Span, *, seed: str, say: Callable[[float, Stage], None]
) -> Stage:
    """Play it all; what would happen after the end does not."""
    stage, inbox, coming = Stage(world, seed, span.since), Inbox(), list(reversed(asked))
    for journey in all_beside(stage, span):
        stage.begin(journey)
    for edge in span.steps():
        while coming and coming[-1].at <= edge:
            one = coming.pop()
            stage.begin(_from(stage, inbox, one, span))
        await stage.play_to(edge)
        say(span.progress(edge), stage)
    await stage.end()
    return stage


async def _from(stage: Stage, inbox: Inbox, asked: Asked, span: Span) -> None:
    await live(tale_of(stage, inbox, asked, span.progress(asked.at)))
