"""The archive of the write-ahead log: from the first backup on, each finished piece of it lies beside the backups.

Where that is, a link beside the data says. Without the link nothing is kept; with one that leads nowhere, as when a
disk is not mounted, the server keeps its log until it leads somewhere again.
"""

import shlex
from collections.abc import Mapping
from pathlib import Path

from deploy.refusals import Refusal

LINK = "archive"
# A piece is finished when it is full, or after this time if anything was written.
EVERY_SECONDS = 30
# Written beside its place and then moved; the same piece may come twice after a kill, another of its name never.
KEEP = (
    "test ! -L {link} || if test -e {link}/%f.gz; then gzip -dc {link}/%f.gz | cmp -s - %p;"
    " else gzip -1 -c %p > {link}/%f.new && sync {link}/%f.new && mv {link}/%f.new {link}/%f.gz && sync {link}; fi"
)
# What was not archived yet may still lie with the data that are to be replaced.
FETCH = "if test -e {archive}/%f.gz; then gzip -dc {archive}/%f.gz > %p; else cp {left}/%f %p 2>/dev/null; fi"


class ArchiveSpoilt(Refusal):
    """Where the link to the archive belongs lies something else."""


def settings(folder: Path) -> Mapping[str, str]:
    """What a server needs to archive into what `folder/archive` leads to, and to make incremental backups."""
    return {
        "archive_mode": "on",
        "archive_command": KEEP.format(link=_word(folder / LINK)),
        "summarize_wal": "on",
    }


def fetching(archive: Path, left: Path) -> str:
    """The command that fetches pieces: from the archive, else from the log that was left where the data lay."""
    return FETCH.format(archive=_word(archive), left=_word(left))


def lead_to(archive: Path, folder: Path) -> None:
    """Let the link beside the data lead to this archive; from now on it is filled."""
    link, fresh = folder / LINK, folder / f"{LINK}.new"
    if link.exists() and not link.is_symlink():
        raise ArchiveSpoilt(
            f"{link} must be a link to the archive: move it away.\n{link} 应为指向归档目录的链接：请移走。"
        )
    if link.is_symlink() and link.readlink() == archive:
        return
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(archive)
    fresh.rename(link)


def _word(path: Path) -> str:
    """One word for the shell, in a setting that reads percent signs."""
    return shlex.quote(str(path)).replace("%", "%%")
