"""Intake: the product against the floor (the same rows by hand) and the peer (the same with ORM sessions)."""

import asyncio
import json
import os
import signal
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg

from benchmarks import rows
from benchmarks.load import Load, press
from benchmarks.machine import Machine

PORT = 18300
SERVERS = {
    "floor": ["-m", "uvicorn", "benchmarks.floor:app"],
    "peer": ["-m", "uvicorn", "benchmarks.peer:app"],
    "product": ["-m", "deploy.command", "serve", "needs"],
}
QUIET = ["--loop", "uvloop", "--http", "httptools", "--log-level", "warning", "--no-access-log"]


@contextmanager
def server(name: str, machine: Machine) -> Iterator[tuple[str, int]]:
    """One of the three, alone on the machine with its database; its address and process."""
    words = [*SERVERS[name], "--port", str(PORT)]
    words += ["--internal-port", str(PORT + 1)] if name == "product" else QUIET
    environment = os.environ | machine.environment
    with (machine.folder / f"{name}.log").open("wb") as said:
        child = subprocess.Popen([sys.executable, *words], env=environment, stdout=said, stderr=said)
    try:
        _wait_for(f"http://127.0.0.1:{PORT}/needs/v1/needs", child)
        yield f"http://127.0.0.1:{PORT}/needs/v1/needs", child.pid
    except Exception as wrong:
        time.sleep(0.5)
        raise RuntimeError(f"{name}: {(machine.folder / f'{name}.log').read_text()[-2000:]}") from wrong
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(timeout=15)


def _wait_for(url: str, child: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        if child.poll() is not None:
            raise RuntimeError("the server ended before it answered; see its log")
        try:
            urllib.request.urlopen(url, timeout=1)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server does not answer")


async def _count(machine: Machine) -> int:
    connection = await asyncpg.connect(machine.superuser_url)
    try:
        return int(await connection.fetchval("SELECT count(*) FROM need"))
    finally:
        await connection.close()


def measure(machine: Machine, *, repeats: int, seconds: int) -> dict[str, Any]:
    """Medians and ratios; every acknowledged request is a row, and all three answer alike."""
    speeds: dict[str, list[Load]] = {name: [] for name in SERVERS}
    costs: dict[str, list[float]] = {name: [] for name in SERVERS}
    shapes: dict[str, Any] = {}
    for repeat in range(repeats):
        for name in SERVERS:
            with server(name, machine) as (url, process):
                shapes[name] = _shape(url, machine, f"shape-{name}-{repeat}")
                press(url, rows.BODY, seed=f"warm-{name}-{repeat}", token=machine.token(), seconds=1)
                # Requests under way when the load ends are written too, without being counted as answered.
                time.sleep(1)
                before, spent = asyncio.run(_count(machine)), processor_seconds(process)
                load = press(url, rows.BODY, seed=f"{name}-{repeat}", token=machine.token(), seconds=seconds)
                time.sleep(1)
                written, spent = asyncio.run(_count(machine)) - before, processor_seconds(process) - spent
            if load.failures or not load.requests <= written <= load.requests + 32:
                raise RuntimeError(f"{name}: {load.failures} failures, {load.requests} answers, {written} rows")
            speeds[name].append(load)
            costs[name].append(spent / written * 1e6)
    if not shapes["floor"] == shapes["peer"] == shapes["product"]:
        raise RuntimeError(f"the three do not answer alike: {shapes}")
    median = {name: statistics.median(load.per_second for load in loads) for name, loads in speeds.items()}
    return {
        "requests_per_second": {name: round(value) for name, value in median.items()},
        "p99_ms": {name: round(statistics.median(x.p99_ms for x in loads), 1) for name, loads in speeds.items()},
        # Steadier than speed on a shared machine: the processor time of the service itself, without the database.
        "processor_us_per_request": {name: round(statistics.median(spent)) for name, spent in costs.items()},
        "product_to_floor": round(median["product"] / median["floor"], 3),
        "product_to_peer": round(median["product"] / median["peer"], 3),
    }


def processor_seconds(process: int) -> float:
    """The processor time that a process has used, of its own and of the system for it."""
    fields = Path(f"/proc/{process}/stat").read_text("utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _shape(url: str, machine: Machine, key: str) -> Any:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {machine.token()}", "Idempotency-Key": key}
    request = urllib.request.Request(url, json.dumps(rows.BODY).encode(), headers, method="POST")
    with urllib.request.urlopen(request, timeout=10) as answer:
        return _told(json.load(answer))


def _told(value: Any, name: str = "") -> Any:
    """An answer with what differs from request to request masked: ids, times, references, and the clocks' policy."""
    if isinstance(value, dict):
        return {key: _told(part, key) for key, part in sorted(value.items())}
    if isinstance(value, list):
        return [_told(part, name) for part in value]
    differs = name in {"id", "resident_id", "reference"} or name.endswith("_at")
    return type(value).__name__ if differs else value


def results_file() -> Path:
    return Path(__file__).parent / "results" / "latest.json"
