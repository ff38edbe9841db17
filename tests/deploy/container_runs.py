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
