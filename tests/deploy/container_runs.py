"""Our image's commands, run as a container would: its words, its environment, its secrets, a plain PostgreSQL."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from deploy.addresses import internal_port, public_port
from deploy.health import answers_ok
from deploy.places import ROOT
from deploy.ports import listen_from, port_of
from deploy.postgres import Cluster
from tests.deploy.compose import lay_out

HANG_GUARD_SECONDS = 120


def environment_of(name: str, told: Mapping[str, Any], cluster: Cluster, secrets: Path, folder: Path) -> dict[str, str]:
    """What the container is told, with the database and the secrets where they are here."""
    mounted = lay_out(secrets, dict(told), folder / name)
    at = f"127.0.0.1:{cluster.port}"
    return {
        word: value.replace("postgres:5432", at).replace("/run/secrets", str(mounted))
        for word, value in told["environment"].items()
    }


async def run(words: list[str], environment: Mapping[str, str]) -> tuple[int | None, str]:
    process = await started(words, environment)
    said, _ = await process.communicate()
    return process.returncode, said.decode()


async def started(words: list[str], environment: Mapping[str, str]) -> asyncio.subprocess.Process:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "deploy.command", *words, cwd=ROOT, env=kept | dict(environment),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip


def public_host() -> str:
    """A loopback address of this worker's own, at which every service has its usual port."""
    return f"127.{25 + int(os.environ.get('PYTEST_XDIST_WORKER', 'gw0')[2:])}.0.1"


def internal_host() -> str:
    return public_host().removesuffix("1") + "2"


def words_here(words: list[str]) -> list[str]:
    """A container's command, each name by which it listens turned into a loopback address of this worker's own."""
    return [
        f"{word.partition('=')[0]}={internal_host() if word.endswith('-internal') else public_host()}"
        if word.startswith(("--host=", "--internal-host="))
        else word
        for word in words
        if word not in ("CMD", "fuzhou")
    ]


@asynccontextmanager
async def standing_up(
    containers: Mapping[str, Mapping[str, Any]], environments: Mapping[str, Mapping[str, str]]
) -> AsyncIterator[None]:
    """Services by their containers' own commands and ports, once each one's own health check calls it well."""
    processes = {
        name: await started(words_here(told["command"]), environments[name]) for name, told in containers.items()
    }
    try:
        async with asyncio.timeout(HANG_GUARD_SECONDS):
            for name, told in containers.items():
                # A process for each question would take from those that are starting.
                while not await answers_ok(public_host(), public_port(name), f"/{name}/health/ready"):
                    assert processes[name].returncode is None, (await processes[name].communicate())[0].decode()
                    await asyncio.sleep(0.2)
                status, said = await run(words_here(told["healthcheck"]["test"]), environments[name])
                assert status == 0, said
        yield
    finally:
        for process in processes.values():
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
        for process in processes.values():
            await process.communicate()


@asynccontextmanager
async def serving(service: str, environment: Mapping[str, str]) -> AsyncIterator[int]:
    """A service in a process of its own, ready; its public port."""
    with listen_from(public_port(service) + 300) as one, listen_from(internal_port(service) + 300) as other:
        ports = port_of(one), port_of(other)
    words = ["serve", service, f"--port={ports[0]}", f"--internal-port={ports[1]}"]
    process = await started(words, environment)
    try:
        async with asyncio.timeout(30):
            while not await answers_ok("127.0.0.1", ports[0], f"/{service}/health/ready"):
                assert process.returncode is None, (await process.communicate())[0].decode()
                await asyncio.sleep(0.1)
        yield ports[0]
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.communicate()
