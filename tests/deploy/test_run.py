"""`make run` as a newcomer meets it: one command up, Ctrl-C down, and the same again."""

import asyncio
import json
import os
import re
import shlex
import shutil
import signal
import sys
import tempfile
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from deploy.places import ROOT
from deploy.ports import listen_from, port_of
from tests.figures import Figure

pytestmark = pytest.mark.slow


@pytest.fixture
def environment() -> Iterator[Mapping[str, str]]:
    """A folder of its own that the database's account may enter, and a door that nobody else uses."""
    home = Path(tempfile.mkdtemp(prefix="fuzhou-home-"))
    home.chmod(0o711)
    # Each worker of the suite looks from a place of its own, for the port is free again until the platform opens it.
    with listen_from(8400 + 200 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])) as free:
        port = port_of(free)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FUZHOU_", "NEEDS_"))}
    yield kept | {"FUZHOU_HOME": str(home), "FUZHOU_DOOR_PORT": str(port), "FUZHOU_SAMPLE": "none"}
    shutil.rmtree(home)


@asynccontextmanager
async def platform(environment: Mapping[str, str]) -> AsyncIterator[tuple[Process, str]]:
    """The running platform and what it said until it was ready."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "deploy.command", "run", cwd=ROOT, env=environment, stdout=PIPE, stderr=STDOUT
    )
    assert process.stdout is not None
    said = ""
    try:
        async with asyncio.timeout(60):
            while "Ready after" not in said and (line := await process.stdout.readline()):
                said += line.decode()
        yield process, said
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        await process.communicate()


async def output_of(command: str, environment: Mapping[str, str]) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *shlex.split(command), cwd=ROOT, env=environment, stdout=PIPE, stderr=STDOUT
    )
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


async def pasted(command: str) -> str:
    """What a shell answers in which nothing has been prepared."""
    bare = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    process = await asyncio.create_subprocess_exec("bash", "-c", command, cwd=ROOT, env=bare, stdout=PIPE, stderr=PIPE)
    said, trouble = await process.communicate()
    assert process.returncode == 0, trouble.decode()
    return said.decode()


def of_this_home(environment: Mapping[str, str]) -> set[int]:
    """The numbers of the processes that live in this folder: it stands in their environment or their words."""
    marker = environment["FUZHOU_HOME"].encode()
    places = [path for pattern in ("environ", "cmdline") for path in Path("/proc").glob(f"[0-9]*/{pattern}")]
    return {int(path.parent.name) for path in places if marker in readable(path)}


def readable(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


async def test_it_is_one_command_up_ctrl_c_down_and_the_same_again(
    environment: Mapping[str, str], figure: Figure
) -> None:
    """One home, from nothing: its commands, a second copy beside it, everything killed, and up again."""
    async with platform(environment) as (process, said):
        await the_commands_it_prints_work(said)
        await a_second_copy_says_who_runs_and_harms_nothing(process, environment)
        kept = key_of(environment)
        for pid in of_this_home(environment):
            # The end of one is told to others, which may be gone before their turn.
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        await process.communicate()
    async with platform(environment) as (process, again):
        assert "Ready after" in again
        assert key_of(environment) == kept
        process.send_signal(signal.SIGINT)
        await process.communicate()
        assert process.returncode == 0
    left = of_this_home(environment)
    assert not left
    (seconds,) = re.findall(r"Ready after ([\d.]+) s", said)
    figure("E1", seconds_to_ready=round(float(seconds)), commands_pasted=3, left_running=len(left))


def key_of(environment: Mapping[str, str]) -> str:
    return (Path(environment["FUZHOU_HOME"]) / "secrets" / "keys.json").read_text()


async def the_commands_it_prints_work(said: str) -> None:
    assert "Ready after" in said
    commands = re.findall(r"^\s+(curl .*)$", said, re.MULTILINE)
    categories, need, queue = [json.loads(await pasted(command)) for command in commands]
    assert categories["items"]
    assert need["status"] == "registered"
    assert need["id"] in [waiting["id"] for waiting in queue["items"]]
    again = json.loads(await pasted(commands[1]))
    assert again["id"] == need["id"]


async def a_second_copy_says_who_runs_and_harms_nothing(process: Process, environment: Mapping[str, str]) -> None:
    status, said = await output_of(f"{sys.executable} -m deploy.command run", environment)
    assert status == 1
    assert f"as process {process.pid}" in said
    assert "Traceback" not in said
    assert process.returncode is None
