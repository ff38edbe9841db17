"""`fuzhou backup`: all databases at one instant, while everything runs, and from then on the log as it is written."""

import asyncio
import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import asyncpg

from deploy.home import Home
from deploy.keys_file import KeysFile
from deploy.listening import Row
from deploy.locks import Lock, Locked
from deploy.postgres import Cluster, archive
from deploy.postgres.copying import MANIFEST, CopyFailed, Copying, verify
from deploy.progress import bar
from deploy.refusals import Refusal
from deploy.running import cluster_of
from deploy.shelf import NOTE, Backup, NothingToRestore, Shelf, size_of
from deploy.timelines import reach_in
from shared.kit.clock import wall_clock

# An incremental needs every one before it, up to a full one: a week of them is long enough a chain.
FULL_EVERY = timedelta(days=7)
ARCHIVED_WITHIN_SECONDS = 30.0
# A commit of its own, so that something ends the piece of the log, whatever else happens.
MARK_END = "SELECT pg_logical_emit_message(true, 'fuzhou', 'backup')"


class BackupHeld(Refusal):
    """Somebody else is making a backup."""

    def __init__(self, holder: str) -> None:
        super().__init__(
            f"Process {holder} is making a backup: wait until it is done, then try again.\n"
            f"进程 {holder} 正在备份：请等待其完成后再试。"
        )


class NotArchived(Refusal):
    """The backup is whole, and the log that goes on from it does not come into the archive."""

    def __init__(self, folder: Path, log: Path) -> None:
        super().__init__(
            f"The backup is whole, but the log does not come into {folder}, so nothing after it can be restored."
            f" Look at the disk and the folder's owner; the reason stands in {log}.\n"
            f"备份已完成，但日志未能归档到 {folder}，备份之后的数据将无法恢复。请检查磁盘与目录属主，原因见 {log}。"
        )


@dataclass(frozen=True, slots=True)
class Making:
    """One run of the command."""

    home: Home
    shelf: Shelf
    cluster: Cluster

    @property
    def copying(self) -> Copying:
        return Copying(self.cluster.account, self.cluster.folder)

    def make(self, *, full: bool, keep_days: int | None) -> Row:
        """Make a backup, prove that the log follows it, and drop what is older than `keep_days`."""
        self.shelf.sweep()
        archive.lead_to(self.shelf.archive, self.cluster.folder)
        system, timeline = asyncio.run(self._begin_archiving())
        base = None if full else self._base(system, timeline)
        backup = self._copied(base, system)
        behind = asyncio.run(self._archived())
        gone = [] if keep_days is None else self.shelf.drop_before(wall_clock() - timedelta(days=keep_days))
        return {
            "backup": backup.name, "kind": backup.kind, "bytes": backup.bytes,
            "seconds": math.ceil((backup.ended - backup.began).total_seconds()),
            "instant": backup.ended.isoformat(timespec="milliseconds"),
            "log_every_seconds": archive.EVERY_SECONDS, "archived_after_milliseconds": round(1000 * behind),
            "dropped": len(gone), "folder": str(self.shelf.folder),
        }  # fmt: skip

    async def _begin_archiving(self) -> tuple[str, int]:
        """The cluster's number and timeline; from here on a piece of the log is finished twice a minute."""
        connection = await asyncpg.connect(self.cluster.url())
        try:
            await connection.execute(f"ALTER SYSTEM SET archive_timeout = '{archive.EVERY_SECONDS}s'")
            await connection.execute("SELECT pg_reload_conf()")
            system = await connection.fetchval("SELECT system_identifier FROM pg_control_system()")
            timeline = await connection.fetchval("SELECT timeline_id FROM pg_control_checkpoint()")
        finally:
            await connection.close()
        return str(system), int(timeline)

    def _base(self, system: str, timeline: int) -> Backup | None:
        """What an incremental can add to: the last one of this cluster, unless its full one is a week old or gone."""
        own = [each for each in self.shelf.backups if (each.system, each.timeline) == (system, timeline)]
        with suppress(NothingToRestore):
            if own and wall_clock() - self.shelf.chain(own[-1])[0].ended <= FULL_EVERY:
                return own[-1]
        return None

    def _copied(self, base: Backup | None, system: str) -> Backup:
        began = wall_clock()
        name = f"{began:%Y%m%dT%H%M%SZ}"
        target = self.shelf.data(name)
        target.parent.mkdir(mode=0o700)
        self.cluster.account.own(target.parent)
        try:
            self._copy(target, base)
        except CopyFailed:
            if base is None:
                raise
            # The server keeps for ten days what changed where; after that only a full one will do.
            base = None
            self._copy(target, None)
        with bar("Reading it back 校验备份") as seen:
            verify(target, seen=seen)
        reach = reach_in(target / MANIFEST)
        backup = Backup(
            name=name, kind="full" if base is None else "incremental", base=base.name if base else None, began=began,
            ended=wall_clock(), timeline=reach.timeline, end=f"{reach.end >> 32:X}/{reach.end & 0xFFFFFFFF:X}",
            bytes=size_of(target), system=system, keys=KeysFile(self.home.secrets.keys_file).fingerprints,
        )  # fmt: skip
        backup.write(target.parent / NOTE)
        return backup

    def _copy(self, target: Path, base: Backup | None) -> None:
        kind = "Full backup 全量备份" if base is None else f"Changes since {base.name} 增量备份"
        since = None if base is None else self.shelf.data(base.name)
        with bar(kind) as seen:
            self.copying.copy(self.cluster, target, since=since, seen=seen)

    async def _archived(self) -> float:
        """End the piece of the log that is being written, and wait until it is archived; how many seconds that took.

        Raises:
            NotArchived: it does not come.
        """
        connection = await asyncpg.connect(self.cluster.url())
        try:
            await connection.execute(MARK_END)
            piece = await connection.fetchval("SELECT pg_walfile_name(pg_switch_wal())")
        finally:
            await connection.close()
        began = time.monotonic()
        while not (self.shelf.archive / f"{piece}.gz").exists():
            if time.monotonic() > began + ARCHIVED_WITHIN_SECONDS:
                raise NotArchived(self.shelf.archive, self.cluster.log)
            await asyncio.sleep(0.05)
        return time.monotonic() - began


@contextmanager
def making_at(home: Home) -> Iterator[Making]:
    """The running copy and its folder of backups, for one process at a time.

    Raises:
        NotRunning: no copy runs here.
        BackupHeld: another process makes one.
    """
    cluster = cluster_of(home)
    shelf = Shelf.of(home).open(cluster.account)
    lock = Lock(shelf.folder / "lock")
    try:
        lock.take()
    except Locked as held:
        raise BackupHeld(held.holder) from held
    try:
        yield Making(home, shelf, cluster)
    finally:
        lock.release()


def listed(backups: Sequence[Backup]) -> list[Row]:
    """One row a backup."""
    return [
        {
            "backup": each.name, "kind": each.kind, "instant": _moment(each.ended), "bytes": each.bytes,
            "timeline": each.timeline, "adds_to": each.base, "keys": ", ".join(each.keys),
        }
        for each in backups
    ]  # fmt: skip


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
