"""`fuzhou restore`: every database as it was at one instant, put in the place of what is there, which is kept."""

import asyncio
import math
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from deploy.addresses import BUILT
from deploy.home import Home, HomeInUse
from deploy.keys_file import KeysFile
from deploy.listening import Row
from deploy.locks import Lock, Locked
from deploy.postgres import SUPERUSER, Cluster, ClusterCannotStart, archive
from deploy.postgres.account import Account
from deploy.postgres.copying import Copying, verify
from deploy.postgres.processes import inside
from deploy.progress import bar
from deploy.refusals import Refusal
from deploy.shelf import Backup, Shelf
from shared.kit.clock import SHANGHAI, wall_clock

# A log of many hours takes a while to be replayed; the bar shows that it lives.
REPLAY_SECONDS = 3600.0
END_WITHIN_SECONDS = 10.0
TOO_EARLY = "recovery ended before configured recovery target was reached"
LAST_MOMENT = re.compile(r"last completed transaction was at log time (.+)")
# On a socket that nobody else reaches; the password that the backup knows may be gone with its machine.
OPEN_TO_ITS_FOLDER = "local all all trust\n"


class CannotRestore(Refusal):
    """What is there does not allow it; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Restoring:
    """One run of the command; nothing that is there is touched until all is ready to take its place."""

    home: Home
    shelf: Shelf
    live: Cluster

    @property
    def fresh(self) -> Path:
        return self.home.postgres / "restoring"

    def restore(self, to: datetime | None, *, timeline: int | None) -> Row:
        """Restore to a moment, or to the last one that is known."""
        began = time.monotonic()
        backup, wanted = self.shelf.leading_to(to, timeline=timeline)
        chain = self.shelf.chain(backup)
        self._check_keys(backup)
        self._check_room(chain)
        self._open_shelf()
        self._combine(chain)
        revisions = self._replay(to, wanted)
        kept = self._put_in_place()
        return {
            "restored_to": to.isoformat() if to is not None else "the last moment known",
            "backup": backup.name, "timeline": wanted, "databases": len(revisions),
            "seconds": math.ceil(time.monotonic() - began), "kept": str(kept) if kept else None,
        }  # fmt: skip

    def _check_keys(self, backup: Backup) -> None:
        path = self.home.secrets.keys_file
        at_hand = KeysFile(path).fingerprints if path.exists() else {}
        lacking = [name for name, print_ in backup.keys.items() if at_hand.get(name) != print_]
        if lacking:
            raise CannotRestore(
                f"The backup is sealed with keys that {path} lacks: {', '.join(lacking)}. Put back the copy of the"
                " secrets that was kept apart from the backups; without it no personal data opens again.\n"
                f"该备份所用密钥 {'、'.join(lacking)} 不在 {path} 中。请放回另行保管的密钥副本，否则个人数据无法解密。"
            )

    def _check_room(self, chain: list[Backup]) -> None:
        needed, free = sum(backup.bytes for backup in chain), shutil.disk_usage(self.home.postgres).free
        if free < needed:
            raise CannotRestore(
                f"{self.home.postgres} has {free >> 20} MiB left and needs {needed >> 20}: make room.\n"
                f"{self.home.postgres} 剩余 {free >> 20} MiB，需要 {needed >> 20} MiB：请腾出空间。"
            )

    def _open_shelf(self) -> None:
        """Let the database's account in, also where the backups were copied back by another."""
        self.shelf.open(self.live.account)
        if self.live.account.is_lent:
            self.live.account.own_tree(self.shelf.archive)
        archive.lead_to(self.shelf.archive, self.home.postgres)

    def _combine(self, chain: list[Backup]) -> None:
        account = self.live.account
        copying = Copying(account, self.home.postgres)
        shutil.rmtree(self.fresh, ignore_errors=True)
        self.fresh.mkdir(mode=0o700)
        account.own(self.fresh)
        for backup in chain:
            if account.is_lent and self.shelf.data(backup.name).stat().st_uid != account.uid:
                account.own_tree(self.shelf.data(backup.name).parent)
            with bar(f"Reading {backup.name} 校验备份") as seen:
                verify(self.shelf.data(backup.name), seen=seen)
        with bar("Putting it together 合并备份"):
            copying.combine([self.shelf.data(backup.name) for backup in chain], self.fresh / "data")
        (self.fresh / "data" / "recovery.signal").touch()
        account.own(self.fresh / "data" / "recovery.signal")

    def _replay(self, to: datetime | None, timeline: int) -> dict[str, str]:
        """Replay the log up to the moment; the revision of each service's tables then.

        Raises:
            CannotRestore: the log does not reach so far.
        """
        socket = Path(tempfile.mkdtemp(prefix="fuzhou-"))
        self.live.account.own(socket)
        cluster = Cluster(self.fresh, settings=self._settings(socket, to, timeline), ready_seconds=REPLAY_SECONDS)
        try:
            with bar("Replaying the log 重放日志"):
                return asyncio.run(self._replayed(cluster, socket))
        except ClusterCannotStart as refused:
            raise _why(cluster, refused) from refused
        finally:
            shutil.rmtree(socket, ignore_errors=True)

    def _settings(self, socket: Path, to: datetime | None, timeline: int) -> dict[str, str]:
        rules = self.fresh / "hba.conf"
        rules.write_text(OPEN_TO_ITS_FOLDER)
        self.live.account.own(rules)
        target = {"recovery_target_time": to.astimezone(UTC).isoformat(" ")} if to is not None else {}
        return {
            # What is promoted begins a new timeline, whose history belongs into the archive.
            **archive.settings(self.home.postgres),
            "hba_file": str(rules),
            "hot_standby": "off",
            "listen_addresses": "",
            "recovery_target_action": "promote",
            "recovery_target_timeline": str(timeline),
            "restore_command": archive.fetching(self.shelf.archive, self.live.data / "pg_wal"),
            "unix_socket_directories": str(socket),
            **target,
        }

    async def _replayed(self, cluster: Cluster, socket: Path) -> dict[str, str]:
        try:
            await cluster.start()
            await _asked(cluster, socket, SUPERUSER, f"ALTER ROLE {SUPERUSER} PASSWORD '{self.live.password}'")
            revision = "SELECT version_num FROM alembic_version"
            return {service: await _asked(cluster, socket, service, revision) for service in BUILT}
        finally:
            await cluster.stop()

    def _put_in_place(self) -> Path | None:
        """Move what was there aside, and what was restored into its place; the first is where nothing is lost."""
        kept = self.live.data.with_name(f"data.before-{wall_clock():%Y%m%dT%H%M%SZ}")
        was_there = self.live.data.exists()
        if was_there:
            self.live.data.rename(kept)
        (self.fresh / "data").rename(self.live.data)
        shutil.rmtree(self.fresh, ignore_errors=True)
        return kept if was_there else None


async def _asked(cluster: Cluster, socket: Path, database: str, statement: str) -> str:
    connection = await asyncpg.connect(host=str(socket), port=cluster.port, user=SUPERUSER, database=database)
    try:
        return str(await connection.fetchval(statement))
    finally:
        await connection.close()


def _why(cluster: Cluster, refused: ClusterCannotStart) -> Refusal:
    said = cluster.log.read_text("utf-8", "replace") if cluster.log.exists() else ""
    if TOO_EARLY not in said:
        return CannotRestore(f"The log could not be replayed; nothing was changed. {refused}")
    last = LAST_MOMENT.findall(said)
    until = last[-1] if last else "?"
    return CannotRestore(
        f"The log ends before that moment; the last thing it knows of happened at {until}. Name that moment or an"
        " earlier one, or leave --to out for all that is known. Nothing was changed.\n"
        f"日志在该时刻之前已结束，最后一笔记录于 {until}。请指定不晚于此的时刻，或省略 --to 恢复到最后状态。"
        "现有数据未作改动。"
    )


@contextmanager
def restoring_at(home: Home) -> Iterator[Restoring]:
    """The folder of a copy that does not run, and its backups.

    Raises:
        HomeInUse: the copy runs.
        CannotRestore: its database still does.
    """
    home.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    live = Cluster(home.postgres)
    lock = Lock(home.folder / "lock")
    try:
        lock.take()
    except Locked as held:
        raise HomeInUse(home.folder, held.holder) from held
    try:
        _open_to(live.account, home)
        _wait_for_its_end(live.data)
        yield Restoring(home, Shelf.of(home), live)
    finally:
        lock.release()


def _open_to(account: Account, home: Home) -> None:
    """The database's account must be let through to its own folder, and to nothing else."""
    for folder in (home.folder, home.postgres):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o711 if account.is_lent else 0o700)


def _wait_for_its_end(data: Path) -> None:
    """A killed platform's database ends a moment after it."""
    give_up = time.monotonic() + END_WITHIN_SECONDS
    while left := inside(data):
        if time.monotonic() > give_up:
            raise CannotRestore(
                f"The database still runs, as process {left[0]}: stop it with `kill -INT {left[0]}`.\n"
                f"数据库仍在运行（进程 {left[0]}）：请执行 `kill -INT {left[0]}` 停止。"
            )
        time.sleep(0.05)


def moment_of(text: str) -> datetime:
    """A moment as people write it; without a zone it is Fuzhou's time.

    Raises:
        Refusal: it is no moment, or has not come yet.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CannotRestore(
            f"{text!r} is no moment: write it like 2026-11-25T14:30:00 (Fuzhou's time) or 2026-11-25T06:30:00+00:00.\n"
            f"{text!r} 不是有效时刻：请写作 2026-11-25T14:30:00（北京时间）或 2026-11-25T06:30:00+00:00。"
        ) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
    if moment > wall_clock():
        raise CannotRestore(f"{text} has not come yet.\n{text} 尚未到来。")
    return moment
