"""What the platform is made of: a bill of materials (CycloneDX 1.6), read from the lock file and what is installed."""

import json
import re
import tomllib
import uuid
from collections.abc import Iterator
from importlib import metadata
from typing import Any, Final

from deploy.places import ROOT

LOCK: Final = ROOT / "requirements.lock"
ENTRY: Final = re.compile(
    r"^(?P<name>[\w.-]+)==(?P<version>[^\s;]+)(?: ;[^\\\n]*)?(?P<hashes>(?: \\\n +--hash=\S+)+)", re.MULTILINE
)
HASH: Final = re.compile(r"--hash=(\S+)")
US: Final = "fuzhou"


def bill() -> dict[str, Any]:
    """The bill; the same lock file gives the same one."""
    text = LOCK.read_text("utf-8")
    parts = [_component(*entry) for entry in locked(text)]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, text)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application", "bom-ref": US, "name": US, "version": _version(),
                "licenses": [{"expression": "Apache-2.0"}],
            }
        },
        "components": parts,
        "dependencies": [{"ref": US, "dependsOn": [part["bom-ref"] for part in parts]}],
    }  # fmt: skip


def _version() -> str:
    written: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return str(written["project"]["version"])


def locked(text: str) -> Iterator[tuple[str, str, list[str]]]:
    """Name, version and the hashes of the files that may be installed for it."""
    for entry in ENTRY.finditer(text):
        yield entry["name"], entry["version"], HASH.findall(entry["hashes"])


def _component(name: str, version: str, hashes: list[str]) -> dict[str, Any]:
    address = f"pkg:pypi/{name.lower().replace('_', '-')}@{version}"
    return {
        "type": "library",
        "bom-ref": address,
        "name": name,
        "version": version,
        "purl": address,
        **_license_of(name),
        # One of several files is installed, by machine: so these are properties, and no hash of the component.
        "properties": [{"name": "fuzhou:locked", "value": value} for value in hashes],
    }


def _license_of(name: str) -> dict[str, Any]:
    """What the package says of itself; what is locked for other machines than this one is not installed here."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return {}
    if about["License-Expression"]:
        return {"licenses": [{"expression": about["License-Expression"]}]}
    told = [line.rpartition(" :: ")[2] for line in about.get_all("Classifier", []) if line.startswith("License :: ")]
    short = (about["License"] or "").splitlines()[:1]
    return {"licenses": [{"license": {"name": each}} for each in told or short]} if told or short else {}


if __name__ == "__main__":
    print(json.dumps(bill(), indent=2, ensure_ascii=False))
