"""Our image's commands, run as a container would: its words, its environment, its secrets, a plain PostgreSQL."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from deploy.places import ROOT
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


def words_here(words: list[str]) -> list[str]:
    """A container's command, each name by which it listens turned into a loopback address of this worker's own."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
    return [
        f"{word.partition('=')[0]}=127.{25 + worker}.0.{2 if word.endswith('-internal') else 1}"
        if word.startswith(("--host=", "--internal-host="))
        else word
        for word in words
        if word not in ("CMD", "fuzhou")
    ]


@asynccontextmanager
async def serving(
    containers: Mapping[str, Mapping[str, Any]], environments: Mapping[str, Mapping[str, str]]
) -> AsyncIterator[None]:
    """Services by their containers' own commands and ports, once each one's own health check calls it well."""
    processes = {
        name: await started(words_here(told["command"]), environments[name]) for name, told in containers.items()
    }
    try:
        async with asyncio.timeout(HANG_GUARD_SECONDS):
            for name, told in containers.items():
                while (await run(words_here(told["healthcheck"]["test"]), environments[name]))[0]:
                    assert processes[name].returncode is None, (await processes[name].communicate())[0].decode()
        yield
    finally:
        for process in processes.values():
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
        for process in processes.values():
            await process.communicate()
