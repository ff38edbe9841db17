"""Play a year of the city, unless it is not wanted or this is production; `release` only lets its clock go."""

import asyncio
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import uvloop

from deploy.home import Home
from deploy.running import running
from deploy.sample import is_wanted
from deploy.year import TOLD
from deploy.year.asking import year_of
from deploy.year.note import Note, read_note
from deploy.year.player import Span, play
from deploy.year.services import Services, Tokens
from deploy.year.stage import Stage
from shared.kit.clock import local_day, wall_clock

# Whoever uses the platform meanwhile comes first.
NICENESS = 5


@dataclass(slots=True)
class Progress:
    """How far the year is: in the note at each step, and told each tenth of the way."""

    note: Note
    folder: Path
    say: Callable[[str], None]
    began: float = field(default_factory=time.monotonic)
    told: int = 0

    def take(self, progress: float, stage: Stage) -> None:
        self.note.at(progress, acts=stage.acts, edge=stage.edge).write(self.folder)
        if int(progress * 10) > self.told:
            self.told = int(progress * 10)
            self.say(f"{TOLD} {self.told * 10}%: {stage.acts} acts ({time.monotonic() - self.began:.0f} s)")


async def play_year(folder: Path, say: Callable[[str], None]) -> None:
    """Play what the note says, from the beginning; what was played before answers as it did then."""
    note = read_note(folder) or Note.of(wall_clock())
    note.write(folder)
    days = (note.ends - note.begins).days
    asked = year_of(note.seed, first=local_day(note.begins), count=note.needs, days=days)
    services, progress = Services(running(folder), Tokens.from_environment()), Progress(note, folder, say)
    try:
        span = Span(since=note.begins, until=note.ends)
        stage = await play(services, asked, span, seed=note.seed, say=progress.take)
        await services.advance(wall_clock())
        note.at(1.0, acts=stage.acts, edge=note.ends).done().write(folder)
    finally:
        await services.release()
        await services.close()
    for why, times in stage.refused.most_common(40):
        say(f"  {times} x {why}")
    seconds = time.monotonic() - progress.began
    say(f"{TOLD} 已就绪 is played: {note.needs} needs, {stage.acts} acts, after {seconds:.0f} s.")


async def release(folder: Path) -> None:
    """Let the services go on by the wall clock."""
    services = Services(running(folder), Tokens.from_environment())
    await services.release()
    await services.close()


def main() -> None:
    if not is_wanted(os.environ):
        return
    folder = Home.from_environment().folder
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        if "release" in sys.argv[1:]:
            runner.run(release(folder))
        else:
            os.nice(NICENESS)
            runner.run(play_year(folder, lambda words: print(words, flush=True)))


if __name__ == "__main__":
    main()
