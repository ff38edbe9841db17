"""Load from wrk on loopback: bounded in connections and time, and read back from its closing lines."""

import json
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCRIPT = """
local seed = "%s"
local thread, count = 0, 0
function setup(t) thread = thread + 1; t:set("number", thread) end
function request()
  count = count + 1
  wrk.headers["Idempotency-Key"] = seed .. "-" .. number .. "-" .. count
  return wrk.format("POST", nil, nil, wrk.body)
end
wrk.method = "POST"
wrk.body = [==[%s]==]
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer %s"
"""


class NoWrk(Exception):
    """wrk is not on this machine."""

    def __init__(self) -> None:
        super().__init__("The benchmark's load comes from wrk. Install it: apt-get install wrk")


@dataclass(frozen=True, slots=True)
class Load:
    """What one run of load found."""

    requests: int
    failures: int
    per_second: float
    p99_ms: float


def press(url: str, body: dict[str, Any], *, seed: str, token: str, seconds: int, connections: int = 32) -> Load:
    """POST one body again and again, each time with a new key."""
    if shutil.which("wrk") is None:
        raise NoWrk
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "intake.lua"
        script.write_text(SCRIPT % (seed, json.dumps(body, ensure_ascii=False), token), "utf-8")
        words = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", str(script), url]
        said = subprocess.run(words, capture_output=True, text=True, check=True, timeout=seconds + 30).stdout
    return Load(
        requests=int(_found(r"(\d+) requests in", said)),
        failures=int(_found(r"Non-2xx or 3xx responses: (\d+)", said, default="0")),
        per_second=float(_found(r"Requests/sec:\s+([\d.]+)", said)),
        p99_ms=_milliseconds(_found(r"99%\s+([\d.]+\w+)", said)),
    )


def _found(pattern: str, text: str, *, default: str | None = None) -> str:
    match = re.search(pattern, text)
    if match is None and default is None:
        raise ValueError(f"wrk did not say {pattern!r}:\n{text}")
    return match.group(1) if match else str(default)


def _milliseconds(written: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", written).groups()  # type: ignore[union-attr]
    return float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]
