"""What the whole platform holds in memory at rest: started as `make run` starts it, and left alone for a while.

Proportional set size: each page counted once, shared among those who share it.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deploy.addresses import BUILT
from deploy.places import ROOT
from deploy.ports import listen_from, port_of

LIMIT_MIB = 1024
REST_SECONDS = 15


def measure(home: Path) -> dict[str, Any]:
    """The memory of every process of a machine in this folder, in MiB, by what it is."""
    with running(home) as (machine, ready_seconds):
        time.sleep(REST_SECONDS)
        parts: dict[str, float] = {}
        for pid in tree(machine.pid):
            name = part_of(pid)
            parts[name] = parts.get(name, 0) + proportional(pid)
    total = sum(parts.values())
    return {
        "total_mib": round(total),
        "limit_mib": LIMIT_MIB,
        "within": total <= LIMIT_MIB,
        "ready_seconds": round(ready_seconds, 1),
        "parts_mib": {name: round(mib) for name, mib in sorted(parts.items())},
    }


def measure_new() -> dict[str, Any]:
    """The same in a folder of its own, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="fuzhou-memory-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        # The database's account must be let through.
        home.chmod(0o711)
        return measure(home)


@contextmanager
def running(home: Path, **environment: str) -> Iterator[tuple["subprocess.Popen[str]", float]]:
    """The platform, once it is ready, and how long that took."""
    with listen_from(18400) as free:
        door = port_of(free)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FUZHOU_")}
    began = time.monotonic()
    machine = subprocess.Popen(
        [sys.executable, "-m", "deploy.command", "run"], cwd=ROOT, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, env=kept | {"FUZHOU_HOME": str(home), "FUZHOU_DOOR_PORT": str(door)} | environment,
    )  # fmt: skip
    try:
        said = wait_for_welcome(machine)
        if "Ready after" not in said:
            raise RuntimeError(f"the platform did not start:\n{said}")
        yield machine, time.monotonic() - began
    finally:
        machine.send_signal(signal.SIGINT)
        machine.communicate()


def wait_for_welcome(machine: "subprocess.Popen[str]") -> str:
    assert machine.stdout is not None
    said = ""
    for line in machine.stdout:
        said += line
        if "Ready after" in line:
            break
    return said


def tree(root: int) -> list[int]:
    """A process and all that it started, and so on."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            # The name before it, in brackets, may hold anything.
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(entry.name))
    found = [root]
    for each in found:
        found.extend(children.get(each, []))
    return found


def part_of(pid: int) -> str:
    """What a process is, by its words."""
    words = _read(pid, "cmdline").split("\0")
    if "serve" in words:
        return next(word for word in words if word in BUILT)
    if words[0].startswith("postgres") or words[0].endswith("/postgres"):
        return "postgres"
    if words[0].endswith("caddy"):
        return "door"
    return "supervisor" if "run" in words else "other"


def proportional(pid: int) -> float:
    """The proportional set size of a process, in MiB; nothing when it has just ended."""
    for line in _read(pid, "smaps_rollup").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _read(pid: int, file: str) -> str:
    try:
        return (Path("/proc") / str(pid) / file).read_text()
    except OSError:
        return ""
