"""The year that `make run` plays: whether it is to be played, by whom, and by which clock services run meanwhile."""

import asyncio
import os
from typing import TYPE_CHECKING

from deploy.environment import inherited, service_environment
from deploy.home import Home
from deploy.retelling import retell
from deploy.sample import is_wanted
from deploy.year import TOLD
from deploy.year.note import Note, read_note
from shared.kit.clock import wall_clock

if TYPE_CHECKING:
    from deploy.run import Machine

PLAYED = {"FUZHOU_CLOCK": "played"}


def is_to_be_played(home: Home) -> bool:
    """Into a city that begins empty, or where it was broken off; never where somebody sets the clock themselves."""
    said = {name: os.environ.get(name, "") for name in ("FUZHOU_SAMPLE", "FUZHOU_YEAR")}
    if not is_wanted(inherited() | said) or said["FUZHOU_YEAR"] == "none" or "FUZHOU_CLOCK" in os.environ:
        return False
    note = read_note(home.folder)
    return not home.has_data if note is None else not note.is_done


def note_of(home: Home) -> Note:
    """What is to be played, noted before anything else is there: a run that ends early is taken up again."""
    note = read_note(home.folder) or Note.of(wall_clock())
    note.write(home.folder)
    return note


async def play_year(machine: "Machine") -> None:
    """Play it beside everything else, and let the clock go whatever comes of it."""
    if not machine.clock:
        return
    environment = service_environment("identity", machine.home, machine.cluster, machine.addresses)
    playing = machine.task("year", "deploy.year", environment=environment)
    telling = asyncio.create_task(retell(playing.log, machine.say, beginning=TOLD))
    try:
        if await playing.run():
            machine.say(f"The year was not played whole: see {playing.log}. Everything else runs.")
            await machine.task("year", "deploy.year", "release", environment=environment).run()
        machine.clock.clear()
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)
