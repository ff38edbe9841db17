"""The note in FUZHOU_HOME of the year that is played there: from when until when, by which seed, and how far it is."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Final, Self

from deploy.year import DAYS, NEEDS
from shared.kit.clock import SHANGHAI, local_day

NAME: Final = "year.json"
SEED: Final = "抚州一年"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Written when the playing begins, and at each step of it; a run that was broken off goes on by it."""

    seed: str
    since: str
    until: str
    needs: int
    percent: int = 0
    acts: int = 0
    # The last day that is played whole.
    day: str = ""
    is_done: bool = False

    @classmethod
    def of(cls, now: datetime, *, days: int = DAYS, needs: int = NEEDS) -> Self:
        """A year that ends now and began at a midnight."""
        since = datetime.combine(local_day(now) - timedelta(days=days), time(), SHANGHAI)
        return cls(seed=SEED, since=since.isoformat(), until=now.isoformat(), needs=needs)

    @property
    def begins(self) -> datetime:
        return datetime.fromisoformat(self.since)

    @property
    def ends(self) -> datetime:
        return datetime.fromisoformat(self.until)

    def at(self, progress: float, *, acts: int, edge: datetime) -> Self:
        """As far as the end of a step."""
        day = local_day(edge - timedelta(seconds=1))
        return replace(self, percent=int(100 * progress), acts=acts, day=day.isoformat())

    def done(self) -> Self:
        return replace(self, percent=100, is_done=True)

    def write(self, home: Path) -> None:
        """Whole or not at all."""
        new = home / f"{NAME}.new"
        new.write_text(json.dumps(asdict(self), ensure_ascii=False), "utf-8")
        new.replace(home / NAME)


def read_note(home: Path) -> Note | None:
    """What is noted there, if anything is."""
    file = home / NAME
    return Note(**json.loads(file.read_text("utf-8"))) if file.exists() else None
