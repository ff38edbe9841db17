"""The front door's one file, under both of the environments that it serves."""

import json
import os
import subprocess
from collections.abc import Mapping
from typing import Any

import pytest

from deploy.addresses import BUILT, public_port
from deploy.environment import Addresses, door_environment
from deploy.places import CADDYFILE
from deploy.run import caddy

ON_ONE_MACHINE = door_environment(Addresses.usual()) | {"FUZHOU_DOOR_BIND": "fd/3"}
IN_A_CONTAINER: Mapping[str, str] = {"PATH": os.environ["PATH"], "HOME": "/tmp"}


def door(verb: str, environment: Mapping[str, str]) -> "subprocess.CompletedProcess[bytes]":
    words = [caddy(), verb, "--config", str(CADDYFILE), "--adapter", "caddyfile"]
    return subprocess.run(words, check=False, capture_output=True, env=environment)


def dialled(part: Any) -> set[str]:
    """The addresses to which anything in the door's configuration leads."""
    if isinstance(part, list):
        return set().union(*(dialled(each) for each in part))
    if not isinstance(part, dict):
        return set()
    here = {part["dial"]} if "dial" in part else set()
    return here.union(*(dialled(each) for each in part.values()))


@pytest.mark.parametrize("environment", [ON_ONE_MACHINE, IN_A_CONTAINER], ids=["one machine", "container"])
def test_the_door_understands_its_file(environment: Mapping[str, str]) -> None:
    checked = door("validate", environment)
    assert checked.returncode == 0, checked.stderr.decode()


@pytest.mark.parametrize(
    ("environment", "host"), [(ON_ONE_MACHINE, "127.0.0.1"), (IN_A_CONTAINER, None)], ids=["one machine", "container"]
)
def test_the_door_leads_to_the_public_listener_of_every_service(
    environment: Mapping[str, str], host: str | None
) -> None:
    led = dialled(json.loads(door("adapt", environment).stdout))
    assert {f"{host or service}:{public_port(service)}" for service in BUILT} <= led
    assert not any(address.rpartition(":")[2].startswith("82") for address in led), "an internal listener"
