"""All that is looked at, in the order in which it is told."""

from collections.abc import Iterator
from pathlib import Path

from deploy.doctor import Finding, State
from deploy.doctor.machine import browser, door, fonts, memory, rooms, versions
from deploy.doctor.secrets import keys
from deploy.doctor.services import backups, what_runs
from deploy.environment import inherited
from deploy.home import Home
from deploy.run import door_port
from deploy.running import NotRunning, running
from deploy.shelf import Shelf

MEMINFO = Path("/proc/meminfo")


def examine(home: Home) -> Iterator[Finding]:
    """Look at everything; nothing is changed."""
    is_running, shelf = runs(home), Shelf.of(home)
    yield from versions()
    yield memory(MEMINFO.read_text(), is_running=is_running)
    yield from rooms({"disk": home.folder, "backup disk": shelf.folder})
    yield fonts()
    yield browser()
    yield from keys(home, environment=inherited()["FUZHOU_ENVIRONMENT"])
    yield backups(shelf)
    if is_running:
        yield from what_runs(home)
    else:
        yield door(door_port())
        yield Finding(
            "services", State.NOTE, f"nothing runs from {home.folder}", f"{home.folder} 没有运行中的平台",
            "Start it with `make run`, or name its folder in FUZHOU_HOME.",
            "请用 `make run` 启动，或用 FUZHOU_HOME 指定目录。",
        )  # fmt: skip


def runs(home: Home) -> bool:
    """Whether a copy runs from this folder."""
    try:
        running(home.folder)
    except NotRunning:
        return False
    return True
