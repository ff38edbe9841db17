"""The folder of backups: a folder for each with its data and a note, written last, and the archived log beside them."""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Self

from deploy.home import Home
from deploy.postgres.account import Account
from deploy.refusals import Refusal
from deploy.timelines import Reach, history, latest, lies_on, place

NOTE = "backup.json"
# Twenty-four hexadecimal digits: the timeline, then the place.
PIECE = "?" * 24 + ".gz"


class ShelfClosed(Refusal):
    """The folder of backups cannot be used."""

    def __init__(self, folder: Path, account: str) -> None:
        super().__init__(
            f"The account {account}, under which the database runs, cannot write to {folder}."
            " Let FUZHOU_BACKUPS name a folder that it may enter.\n"
            f"数据库账号 {account} 无法写入 {folder}：请将 FUZHOU_BACKUPS 设为其可进入的目录。"
        )


class NothingToRestore(Refusal):
    """No backup leads to that moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """One backup: of all databases at one instant, `ended`. `base` names the one that an incremental adds to."""

    name: str
    kind: Literal["full", "incremental"]
    base: str | None
    began: datetime
    ended: datetime
    timeline: int
    # Up to where in the log it reaches, `0/3000148`.
    end: str
    bytes: int
    # The cluster's own number; a piece of another cluster does not fit.
    system: str
    # A fingerprint of each key at hand then. What was sealed under a key that is gone does not open again.
    keys: Mapping[str, str]

    @classmethod
    def read(cls, note: Path) -> Self:
        written: dict[str, Any] = json.loads(note.read_text("utf-8"))
        return cls(**written | {when: datetime.fromisoformat(written[when]) for when in ("began", "ended")})

    def write(self, note: Path) -> None:
        """Write it whole, and only then let it be there: what has no note is no backup."""
        fresh = note.with_name(note.name + ".new")
        with fresh.open("w", encoding="utf-8") as written:
            written.write(json.dumps(asdict(self), default=str, indent=2))
            written.flush()
            os.fsync(written.fileno())
        fresh.rename(note)

    @property
    def reach(self) -> Reach:
        return Reach(self.timeline, place(self.end))


class Shelf:
    """FUZHOU_BACKUPS, else `backups` in the platform's own folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.archive = self.folder / "wal"

    @classmethod
    def of(cls, home: Home) -> "Shelf":
        named = os.environ.get("FUZHOU_BACKUPS")
        return cls(Path(named) if named else home.folder / "backups")

    def open(self, account: Account) -> "Shelf":
        """Make the folders, for the database's account alone.

        Raises:
            ShelfClosed: it cannot get there.
        """
        try:
            for folder in (self.folder, self.archive):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                account.own(folder)
        except PermissionError as refused:
            raise ShelfClosed(self.folder, account.name) from refused
        if not account.can_reach(self.archive):
            raise ShelfClosed(self.folder, account.name)
        return self

    def data(self, name: str) -> Path:
        """The data of a backup."""
        return self.folder / name / "data"

    @property
    def backups(self) -> list[Backup]:
        """All that are whole, the oldest first."""
        return sorted(map(Backup.read, self.folder.glob(f"*/{NOTE}")), key=lambda backup: backup.ended)

    def chain(self, backup: Backup) -> list[Backup]:
        """The full backup that it stands on, and everything between, in order.

        Raises:
            NothingToRestore: one of them is gone.
        """
        known = {each.name: each for each in self.backups}
        links = [backup]
        while (base := links[-1].base) is not None:
            if base not in known:
                raise NothingToRestore(
                    f"Backup {backup.name} adds to {base}, and that is gone from {self.folder}: put it back.\n"
                    f"备份 {backup.name} 依赖 {base}，但后者已不在 {self.folder} 中：请放回。"
                )
            links.append(known[base])
        return links[::-1]

    def leading_to(self, moment: datetime | None, *, timeline: int | None) -> tuple[Backup, int]:
        """The last backup before a moment, or of all, and the timeline on which the moment lies.

        Raises:
            NothingToRestore: there is none.
        """
        wanted = timeline or latest(self.archive)
        ways = history(self.archive, wanted)
        on_the_way = [backup for backup in self.backups if lies_on(backup.reach, ways)]
        early = [backup for backup in on_the_way if moment is None or backup.ended <= moment]
        if not early:
            first = on_the_way[0].ended.isoformat(timespec="seconds") if on_the_way else "–"
            raise NothingToRestore(
                f"No backup in {self.folder} leads there on timeline {wanted}; the earliest moment is {first}."
                " `fuzhou backup --list` lists them; FUZHOU_BACKUPS names another folder.\n"
                f"{self.folder} 中没有可恢复到该时刻的备份（时间线 {wanted}）；最早可恢复时刻为 {first}。"
                "`fuzhou backup --list` 列出全部备份；FUZHOU_BACKUPS 可指定其他目录。"
            )
        return early[-1], wanted

    def sweep(self) -> None:
        """Remove what was begun and never became a backup."""
        for folder in self.folder.glob("*/data"):
            if not (folder.parent / NOTE).exists():
                shutil.rmtree(folder.parent)

    def drop_before(self, moment: datetime) -> list[str]:
        """Remove what no moment from this one on needs: whole chains, and the log before the first that stays."""
        chains = self._chains()
        needed = [chain for chain, after in zip(chains, [*chains[1:], None], strict=True) if _serves(after, moment)]
        kept = {backup.name for chain in needed for backup in chain}
        gone = [backup.name for backup in self.backups if backup.name not in kept]
        for name in gone:
            # The note goes first, so that half a backup is none.
            (self.folder / name / NOTE).unlink()
            shutil.rmtree(self.folder / name)
        if gone:
            self._drop_log(min(backup.reach.end for chain in needed for backup in chain[:1]))
        return gone

    def _chains(self) -> list[list[Backup]]:
        """Each full backup with what adds to it, the oldest first."""
        chains: list[list[Backup]] = []
        for backup in self.backups:
            if backup.kind == "full":
                chains.append([backup])
            elif chains:
                chains[-1].append(backup)
        return chains

    def _drop_log(self, end: int) -> None:
        """Pieces that end before the first full backup does; a piece is at most 16 MiB long, and one more stays."""
        for piece in self.archive.glob(PIECE):
            if _begin(piece.name) + 2 * PIECE_BYTES < end:
                piece.unlink()


PIECE_BYTES = 1 << 24


def _begin(name: str) -> int:
    return (int(name[8:16], 16) << 32) + int(name[16:24], 16) * PIECE_BYTES


def _serves(after: Sequence[Backup] | None, moment: datetime) -> bool:
    """Whether a chain is needed: nobody can go back to before the end of the full backup that comes after it."""
    return after is None or after[0].ended > moment


def size_of(folder: Path) -> int:
    """The bytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
