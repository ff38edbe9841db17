"""The compose file as an engine would read it: merged, its variables replaced."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from deploy.places import ROOT

FILE = ROOT / "docker-compose.yml"
VARIABLE = re.compile(r"\$\{(\w+):-([^}]*)\}")


@cache
def composed(**given: str) -> dict[str, Any]:
    """The whole file, with these variables and else its own defaults."""
    said = VARIABLE.sub(lambda found: given.get(found[1], found[2]), FILE.read_text("utf-8"))
    read: dict[str, Any] = YAML(typ="safe", pure=True).load(said)
    return read


def ours() -> dict[str, dict[str, Any]]:
    """The containers that run our own image."""
    return {name: told for name, told in composed()["services"].items() if told["image"].startswith("fuzhou:")}


def lay_out(secrets: Path, told: dict[str, Any], folder: Path) -> Path:
    """The secrets of one container, where it finds them: those that the file gives it and no others."""
    files = composed(FUZHOU_SECRETS=str(secrets))["secrets"]
    for given in told.get("secrets", ()):
        source, target = (given, given) if isinstance(given, str) else (given["source"], given["target"])
        (folder / target).parent.mkdir(parents=True, exist_ok=True)
        (folder / target).write_text(Path(files[source]["file"]).read_text())
    return folder
