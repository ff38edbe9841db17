"""Which processes still work inside a cluster's folder: PostgreSQL's own have it as their working folder."""

from pathlib import Path


def inside(folder: Path) -> list[int]:
    """The numbers of the processes whose working folder is this one."""
    wanted = str(folder.resolve())
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and _works_in(entry, wanted)]


def _works_in(process: Path, wanted: str) -> bool:
    try:
        return str((process / "cwd").readlink()) == wanted
    except OSError:
        return False
