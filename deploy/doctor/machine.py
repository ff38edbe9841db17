"""What the machine itself must have: memory, room, programs, fonts, free ports."""

import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from deploy.doctor import Finding, State, well
from deploy.ports import PortTaken, listen
from deploy.postgres.binaries import ProgramsMissing, installed

# Seven services, PostgreSQL and the door take 600 to 700 MiB; once they run, what a busy hour adds is left.
MEMORY_TO_START = 1024
MEMORY_TO_GO_ON = 200
LEAST_ROOM, LITTLE_ROOM = 1024, 5 * 1024
PYTHON = (3, 11)
FONTS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
# Families that know Chinese, as their files are called.
CHINESE = ("CJK", "wqy", "SourceHan", "simsun", "simhei", "msyh", "PingFang", "HarmonyOS", "DroidSansFallback")


def memory(meminfo: str, *, is_running: bool) -> Finding:
    """Whether there is memory for what is to run; `meminfo` is what the kernel says of it."""
    lines = dict(line.split(":", 1) for line in meminfo.splitlines() if ":" in line)
    free = int(lines["MemAvailable"].split()[0]) // 1024
    needed = MEMORY_TO_GO_ON if is_running else MEMORY_TO_START
    found, zh = f"{free} MiB available, {needed} needed", f"可用 {free} MiB，需要 {needed} MiB"
    if free >= needed:
        return well("memory", found, zh)
    return Finding(
        "memory", State.ILL, found, zh, "End what else runs here, or give the machine more memory.",
        "请结束其他程序或增加内存。",
    )  # fmt: skip


def room(name: str, folder: Path, *, free: int) -> Finding:
    """Whether the disk under a folder has room, in MiB."""
    found, zh = f"{free} MiB left for {folder}", f"{folder} 剩余 {free} MiB"
    if free >= LITTLE_ROOM:
        return well(name, found, zh)
    return Finding(
        name, State.ILL if free < LEAST_ROOM else State.NOTE, found, zh,
        "Make room: old backups go with `fuzhou backup --keep-days 30`, folders data.before-… once nobody needs them.",
        "请腾出空间：`fuzhou backup --keep-days 30` 清理旧备份；确认不再需要后删除 data.before-… 目录。",
    )  # fmt: skip


def rooms(folders: dict[str, Path]) -> Iterator[Finding]:
    """Each folder's disk; a folder that is yet to be made is looked at where it will be."""
    for name, folder in folders.items():
        there = next(place for place in (folder, *folder.parents) if place.exists())
        yield room(name, folder, free=shutil.disk_usage(there).free >> 20)


def versions() -> Iterator[Finding]:
    """Python, PostgreSQL, and the programs that the system must have."""
    version = platform.python_version()
    if sys.version_info >= PYTHON:
        yield well("python", f"Python {version}", f"Python {version}")
    else:
        yield Finding(
            "python", State.ILL, f"Python {version}", f"Python {version}", "Install Python 3.11 or newer.",
            "请安装 Python 3.11 或更高版本。",
        )  # fmt: skip
    yield _postgres()
    for program, package in (("setpriv", "util-linux"), ("gzip", "gzip")):
        yield _program(program, package)


def _postgres() -> Finding:
    try:
        said = subprocess.run([installed() / "postgres", "--version"], capture_output=True, text=True, check=True)
    except ProgramsMissing as missing:
        return Finding("postgres", State.ILL, str(missing), "缺少 PostgreSQL", "Run `make clean` and `make run` again.",
                       "请依次执行 `make clean` 与 `make run`。")  # fmt: skip
    version = said.stdout.strip().removeprefix("postgres (PostgreSQL) ")
    return well("postgres", f"PostgreSQL {version}", f"PostgreSQL {version}")


def _program(program: str, package: str) -> Finding:
    if shutil.which(program):
        return well(program, "is there", "已安装")
    return Finding(
        program, State.ILL, "is missing", "缺失", f"Install it (Debian: apt install {package}).",
        f"请安装（Debian：apt install {package}）。",
    )  # fmt: skip


def fonts(places: tuple[str, ...] = FONTS) -> Finding:
    """Pages are drawn and printed by the reader's browser; one on this machine needs letters for Chinese."""
    files = (path for place in places for path in Path(place).expanduser().rglob("*.[to]t[fc]"))
    found = next((path for path in files if any(mark in path.name for mark in CHINESE)), None)
    if found is not None:
        return well("fonts", f"Chinese can be drawn here ({found.name})", f"本机可显示中文（{found.name}）")
    return Finding(
        "fonts", State.NOTE, "no font for Chinese here: pages printed or pictured on this machine show boxes",
        "本机没有中文字体：在本机打印或截图会显示方框", "Install one (Debian: apt install fonts-noto-cjk).",
        "请安装（Debian：apt install fonts-noto-cjk）。",
    )  # fmt: skip


def browser() -> Finding:
    """`make browser` and `make pictures` open one."""
    found = shutil.which("chromium")
    if found:
        return well("chromium", f"is there ({found})", f"已安装（{found}）")
    return Finding(
        "chromium", State.NOTE, "is missing; only `make browser` and `make pictures` need it",
        "缺失；仅 `make browser` 与 `make pictures` 需要", "Install it (Debian: apt install chromium).",
        "请安装（Debian：apt install chromium）。",
    )  # fmt: skip


def door(port: int) -> Finding:
    """Whether the front door can be opened, where nothing runs yet."""
    try:
        listen(port).close()
    except (PortTaken, PermissionError):
        return Finding(
            "door", State.ILL, f"port {port} is taken", f"端口 {port} 已被占用",
            f"Stop the program that has it, or use another: `FUZHOU_DOOR_PORT={port + 10} make run`.",
            f"请停止占用该端口的程序，或改用其他端口：`FUZHOU_DOOR_PORT={port + 10} make run`。",
        )  # fmt: skip
    return well("door", f"port {port} is free", f"端口 {port} 空闲")
