"""The supervisor: the dead start again, a loop of crashes stops visibly, and nothing is left running."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from deploy.ports import PortTaken, listen, port_of
from deploy.program import Program
from deploy.run import CannotRun, Sockets
from deploy.supervisor import CrashLoop, Supervisor

ANSWERING = """
import os, socket, sys
with socket.socket(fileno=int(sys.argv[1])) as door:
    door.setblocking(True)
    while True:
        with door.accept()[0] as caller:
            caller.sendall(str(os.getpid()).encode())
"""
ENDING = """
import signal, sys, threading
told = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: told.set())
print("begun", flush=True)
while not told.wait(0.02):
    pass
"""
CRASHING = "import sys; sys.exit('没有数据库 no database')"
PARENT = """
import asyncio, os, sys
from pathlib import Path
from deploy.program import Program
async def main():
    child = Program("child", ["sleep", "60"], log=Path(sys.argv[1]), environment={"PATH": os.environ["PATH"]})
    await child.start()
    print(child.pid, flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""


@pytest.fixture
async def supervisor() -> AsyncIterator[Supervisor]:
    made = Supervisor(lambda line: None, crashes=3, pauses=(0.05,))
    yield made
    await made.stop()


def program(folder: Path, code: str, *, door: socket.socket | None = None) -> Program:
    words = [str(door.fileno())] if door else []
    return Program(
        "dummy",
        [sys.executable, "-c", code, *words],
        log=folder / "dummy.log",
        environment={"PATH": os.environ["PATH"]},
        sockets=[door] if door else [],
    )


async def answer(port: int) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    async with asyncio.timeout(10):
        words = (await reader.read()).decode()
    writer.close()
    return words


async def test_a_caller_waits_while_a_killed_program_starts_again(supervisor: Supervisor, tmp_path: Path) -> None:
    with listen(25800) as door:
        await supervisor.add(program(tmp_path, ANSWERING, door=door))
        first = await answer(port_of(door))
        os.kill(int(first), signal.SIGKILL)
        second = await answer(port_of(door))
        assert first != second
        await supervisor.stop()


async def test_a_program_that_only_crashes_stops_everything_with_its_last_words(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    await supervisor.add(program(tmp_path, CRASHING))
    async with asyncio.timeout(10):
        with pytest.raises(CrashLoop, match=r"dummy stopped 3 times.*\n没有数据库 no database"):
            await supervisor.until(asyncio.Event())


async def test_a_program_that_is_told_to_end_starts_again_as_often_as_one_likes(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Restarted on purpose it has not crashed: more often than crashes stop everything."""
    monkeypatch.setattr("deploy.supervisor.AT_ONCE_SECONDS", 0.0)
    ending = program(tmp_path, ENDING)
    await supervisor.add(ending)
    for _ in range(4):
        await until(lambda: (tmp_path / "dummy.log").read_text().endswith("begun\n"))
        (tmp_path / "dummy.log").write_text("")
        before = ending.pid
        assert before is not None
        os.kill(before, signal.SIGTERM)
        await until(lambda before=before: ending.is_running and ending.pid != before)  # type: ignore[misc]
    stop = asyncio.Event()
    stop.set()
    await supervisor.until(stop)


async def test_a_program_with_nothing_to_do_is_not_started_for_ever(supervisor: Supervisor, tmp_path: Path) -> None:
    await supervisor.add(program(tmp_path, "print('没有事做', flush=True)"))
    async with asyncio.timeout(10):
        with pytest.raises(CrashLoop, match="没有事做"):
            await supervisor.until(asyncio.Event())


async def test_stopping_ends_the_programs(supervisor: Supervisor, tmp_path: Path) -> None:
    sleeping = program(tmp_path, "import time; time.sleep(60)")
    await supervisor.add(sleeping)
    stop = asyncio.Event()
    stop.set()
    await supervisor.until(stop)
    await supervisor.stop()
    assert not sleeping.is_running


async def test_a_child_does_not_outlive_a_killed_parent(tmp_path: Path) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, str(tmp_path / "log"), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    child = int(await parent.stdout.readline())
    # Until it has become the program that it is to be, it has not asked to be told of its parent's end.
    await until(lambda: Path(f"/proc/{child}/comm").read_text() == "sleep\n")
    parent.kill()
    await parent.wait()
    await until(lambda: not is_alive(child))


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not is_so():  # noqa: ASYNC110  the kernel is asked, no event exists
            await asyncio.sleep(0.02)


def is_alive(pid: int) -> bool:
    """A dead process whose new parent has not looked yet is still listed, as a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_taken_port_is_named_with_the_remedy() -> None:
    with listen(25900) as taken:
        with pytest.raises(PortTaken):
            listen(port_of(taken))
        with pytest.raises(CannotRun, match=r"Port 25900.*FUZHOU_DOOR_PORT=25910 make run"):
            Sockets.open(port_of(taken))
