"""A machine's last step: what comes after everything is ready keeps nobody waiting."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.home import Home
from deploy.ports import listen_from, port_of
from deploy.run import Machine, Sockets


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """Not started: it holds its folder and its sockets."""
    home = Home(tmp_path / "home").open()
    with listen_from(8990) as free:
        door = port_of(free)
    sockets = Sockets.open(door)
    said: list[str] = []
    yield Machine(home, sockets, said.append)
    for opened in (sockets.door, *sockets.public.values(), *sockets.internal.values()):
        opened.close()
    home.close()


async def test_a_sample_that_takes_long_does_not_delay_the_welcome_and_ends_with_the_machine(machine: Machine) -> None:
    ended = asyncio.Event()

    async def takes_long(_: Machine) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    machine.after_ready = [takes_long]
    async with asyncio.timeout(2):
        await machine.finish_within(0.05)
        assert not ended.is_set()
        await machine.stop()
    assert ended.is_set()


async def test_what_is_done_in_time_is_done_before_the_welcome(machine: Machine) -> None:
    done = []

    async def quick(made: Machine) -> None:
        done.append(made)

    machine.after_ready = [quick]
    await machine.finish_within(5)
    assert done == [machine]
