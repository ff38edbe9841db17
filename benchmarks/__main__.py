"""`make bench`: print each figure in one line, and keep them all in benchmarks/results/latest.json."""

import argparse
import json
import platform
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from benchmarks import bulk, hearing, intake, memory, paint, reserve, streams, tiles
from benchmarks.machine import Machine, machine


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--only", nargs="*", help="names of figures; the results' file stays as it is")
    wanted = parser.parse_args()
    found = measured(wanted)
    for name, figures in found.items():
        print(name, json.dumps(figures))
    if wanted.only is None:
        keep(found)


def measured(wanted: argparse.Namespace) -> dict[str, Any]:
    """All figures, or those that are asked for."""
    repeats, seconds = wanted.repeats, wanted.seconds
    on_a_machine: dict[str, Callable[[Machine], dict[str, Any]]] = {
        "intake": partial(intake.measure, repeats=repeats, seconds=seconds),
        "reserve_on_one_hot_row": partial(reserve.measure, repeats=repeats, seconds=seconds),
        "bulk_of_100000_resources": partial(bulk.measure, repeats=repeats),
        "streams": partial(streams.measure, seconds=seconds),
        "insights_hearing": partial(hearing.measure, repeats=repeats, seconds=seconds),
        "heat_map_tiles": partial(tiles.measure, repeats=repeats),
    }
    alone: dict[str, Callable[[], dict[str, Any]]] = {
        "pages_in_a_browser": partial(paint.measure, repeats=repeats),
        "memory_at_rest": memory.measure_new,
    }
    chosen = set(wanted.only or (*on_a_machine, *alone))
    found: dict[str, Any] = {}
    if chosen & on_a_machine.keys():
        with machine() as made:
            found = {name: measure(made) for name, measure in on_a_machine.items() if name in chosen}
    return found | {name: measure() for name, measure in alone.items() if name in chosen}


def keep(found: dict[str, Any]) -> None:
    file = intake.results_file()
    file.parent.mkdir(exist_ok=True)
    header = {"measured_at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": platform.machine()}
    file.write_text(json.dumps(header | found, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
