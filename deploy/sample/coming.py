"""The sample city comes in: step by step, each safe to repeat."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import Any

from deploy.sample import TOLD, city, resources, stations, workers
from deploy.sample.city import Quarter
from deploy.sample.door import Door, wait_until
from shared.schemas.reference import Station
from shared.schemas.vocabulary import StationKind

Step = Callable[[], str]
# One for what departments give, the others for counties: enough to wait for answers at the same time, few enough to
# leave the services to whoever asks meanwhile.
HANDS = 4
REFUSED = "refused"


@dataclass(slots=True)
class Progress:
    """How far it is, in steps; each is written down, and each tenth of the way told to whoever waits."""

    steps: int
    say: Callable[[str], None]
    began: float = field(default_factory=time.monotonic)
    done: int = 0
    turn: Lock = field(default_factory=Lock)

    def take(self, step: Step) -> None:
        """Do a step and tell of it."""
        words = step()
        with self.turn:
            before, self.done = self.done, self.done + 1
            told = TOLD if self._tenths(self.done) > self._tenths(before) else "  "
            seconds = time.monotonic() - self.began
            self.say(f"{told} {100 * self.done // self.steps}%: {words} ({seconds:.0f} s)")

    def _tenths(self, done: int) -> int:
        return 10 * done // self.steps


def come_in(door: Door, quarter: Quarter, say: Callable[[str], None]) -> None:
    """What departments give and how stations stand, at the same time: other services take them."""
    giving, standing = list(_giving(door, quarter)), list(_standing(door))
    progress = Progress(1 + len(giving) + len(standing), say)
    with ThreadPoolExecutor(HANDS) as hands:
        given = hands.submit(_take_all, progress, giving)
        progress.take(lambda: _cases_knows(door))
        settled = [hands.submit(progress.take, step) for step in standing]
        for done in (given, *settled):
            done.result()
    say(f"{TOLD} 已就绪 is in, after {time.monotonic() - progress.began:.0f} s.")


def _take_all(progress: Progress, steps: Sequence[Step]) -> None:
    for step in steps:
        progress.take(step)


def _giving(door: Door, quarter: Quarter) -> Iterator[Step]:
    """All listings first, for they are what people look for; then the packages."""
    yield partial(_matching_knows, door)
    for department in city.departments():
        yield partial(list_all, door, department, quarter)
    for department in city.departments():
        yield partial(hand_out, door, department, quarter)


def _standing(door: Door) -> Iterator[Step]:
    """One county after another, and the city's centre."""
    for station in city.stations():
        if station.kind is not StationKind.TOWNSHIP:
            yield partial(settle, door, station)


def _matching_knows(door: Door) -> str:
    wanted = set(city.departments())

    def is_so() -> bool:
        known = door.ask("GET", "/matching/v1/providers", f"system-{min(wanted)}", params={"limit": "200"})
        return wanted <= {row["slug"] for row in known["items"]}

    wait_until(is_so, otherwise="Matching has not heard of the departments")
    return f"matching knows {len(wanted)} departments"


def _cases_knows(door: Door) -> str:
    wanted = {station.code for station in city.stations()}

    def is_so() -> bool:
        return wanted <= {row["code"] for row in door.pages("/cases/v1/stations", "city-manager")}

    wait_until(is_so, otherwise="Cases has not heard of the stations")
    return f"cases knows {len(wanted)} stations"


def list_all(door: Door, department: str, quarter: Quarter) -> str:
    """A department lists everything that it gives; what names a row that matching has not heard of yet goes again."""
    path, account = f"/matching/v1/providers/{department}/resources/batch", f"system-{department}"
    answers: list[dict[str, Any]] = []
    waiting = resources.listings(department, quarter)

    def is_all_taken() -> bool:
        nonlocal waiting
        told = list(door.send_lines(path, account, waiting))
        answers.extend(row for row in told if row["outcome"] != REFUSED)
        waiting = [row for row, answer in zip(waiting, told, strict=True) if answer["outcome"] == REFUSED]
        return not waiting

    wait_until(is_all_taken, otherwise=f"Matching has not taken all that {department} lists")
    return f"{department} resources {_counted(answers)}"


def hand_out(door: Door, department: str, quarter: Quarter) -> str:
    """A department hands out its packages; where capacity is used up meanwhile, none."""
    rows = resources.packages(department, quarter)
    answers = list(door.send_lines("/matching/v1/packages/batch", f"system-{department}", rows))
    return f"{department} packages {_counted(answers)}"


def _counted(rows: Sequence[Mapping[str, Any]]) -> str:
    counts = Counter(row["outcome"] for row in rows)
    return ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())) or "none"


def settle(door: Door, head: Station) -> str:
    """The files of a county's stations, and those who work there; of the city's centre, its own."""
    account = f"head-{head.division}" if head.kind is StationKind.CITY else f"head-station-{head.division}"
    here = [row for row in city.stations() if _is_under(row, head)]
    known = {row["code"]: row for row in door.pages("/cases/v1/stations", account, division=head.division)}
    at_work = {row["account"]: row for row in _workers(door, account, head)}
    written = sum(_write_file(door, account, row, known[row.code]) for row in here)
    joined = sum(_begin_all(door, account, row, at_work) for row in here)
    return f"{head.name}: {written} station files, {joined} workers"


def _is_under(station: Station, head: Station) -> bool:
    return station.code == head.code or (head.kind is StationKind.HEAD and station.division.startswith(head.division))


def _workers(door: Door, account: str, head: Station) -> Iterator[dict[str, Any]]:
    yield from door.pages("/cases/v1/workers", account, division=head.division, with_left="true")


def _write_file(door: Door, account: str, station: Station, known: Mapping[str, Any]) -> bool:
    """Write a file that says nothing yet; what somebody wrote since is theirs."""
    if known["operator"] is not None or known["premises"] is not None or known["setting"] is not None:
        return False
    path = f"/cases/v1/stations/{station.id}"
    door.keep(path, account, stations.file_of(station), version=known["version"])
    return True


def _begin_all(door: Door, account: str, station: Station, at_work: Mapping[str, Mapping[str, Any]]) -> int:
    """Let everybody of a station begin who never did, the mentor first."""
    mentor: str | None = None
    made = 0
    for worker in workers.workers_of(station):
        known = at_work.get(worker.account)
        if known is None:
            known = _begin(door, account, worker, mentor)
            made += 1
        if worker.number == 1 and known["left_at"] is None:
            mentor = known["id"]
    return made


def _begin(door: Door, account: str, worker: workers.Worker, mentor: str | None) -> dict[str, Any]:
    form: dict[str, Any] = {
        "account": worker.account,
        "station_id": str(worker.station.id),
        "licence": worker.licence,
        "skills": list(worker.skills),
        "joined_at": worker.joined.isoformat(),
    }
    if worker.has_mentor and mentor is not None:
        form["mentor_id"] = mentor
    made = door.act("/cases/v1/workers", account, form)
    for training in worker.trainings:
        door.act(f"/cases/v1/workers/{made['id']}/trainings", account, dict(training))
    return made
