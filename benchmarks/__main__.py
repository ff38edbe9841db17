"""`make bench`: print each figure in one line, and keep them all in benchmarks/results/latest.json."""

import argparse
import json
import platform
from datetime import UTC, datetime
from typing import Any

from benchmarks import bulk, hearing, intake, memory, paint, reserve, streams, tiles
from benchmarks.machine import machine


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5)
    wanted = parser.parse_args()
    with machine() as made:
        found: dict[str, Any] = {
            "intake": intake.measure(made, repeats=wanted.repeats, seconds=wanted.seconds),
            "reserve_on_one_hot_row": reserve.measure(made, repeats=wanted.repeats, seconds=wanted.seconds),
            "bulk_of_100000_resources": bulk.measure(made, repeats=wanted.repeats),
            "streams": streams.measure(made, seconds=wanted.seconds),
            "insights_hearing": hearing.measure(made, repeats=wanted.repeats, seconds=wanted.seconds),
            "heat_map_tiles": tiles.measure(made, repeats=wanted.repeats),
        }
    found["pages_in_a_browser"] = paint.measure(repeats=wanted.repeats)
    found["memory_at_rest"] = memory.measure_new()
    for name, figures in found.items():
        print(name, json.dumps(figures))
    file = intake.results_file()
    file.parent.mkdir(exist_ok=True)
    header = {"measured_at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": platform.machine()}
    file.write_text(json.dumps(header | found, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
