"""The folder of backups: which one leads to a moment, what may go, and what a backup needs to be worth anything."""

import gzip
import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.home import Home
from deploy.keys_file import KeysFile
from deploy.postgres import Cluster, archive
from deploy.postgres.account import Account
from deploy.postgres.archive import ArchiveSpoilt
from deploy.postgres.copying import CopyFailed, verify
from deploy.restore import CannotRestore, Restoring, moment_of
from deploy.shelf import NOTE, Backup, NothingToRestore, Shelf, ShelfClosed

DAY = timedelta(days=1)
BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
# Where each timeline began, as PostgreSQL writes it.
HISTORY_OF_2 = "1\t0/5000000\tbefore 2026-11-03 12:00:00+00\n"


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "backups").open(Account("this one", os.geteuid(), os.getegid()))


def put(shelf: Shelf, name: str, day: float, *, base: str | None = None, timeline: int = 1, end: int = 1) -> Backup:
    """A backup of a day; `end` is where in the log it reaches, in pieces."""
    shelf.data(name).mkdir(parents=True)
    backup = Backup(
        name=name, kind="incremental" if base else "full", base=base, began=BEGIN + day * DAY, ended=BEGIN + day * DAY,
        timeline=timeline, end=f"0/{end << 24:X}", bytes=1, system="7", keys={"k1": "print"},
    )  # fmt: skip
    backup.write(shelf.folder / name / NOTE)
    return backup


def names(backups: Sequence[Backup]) -> list[str]:
    return [backup.name for backup in backups]


def test_the_last_backup_before_a_moment_leads_there_with_all_that_it_stands_on(shelf: Shelf) -> None:
    put(shelf, "full", 1)
    put(shelf, "more", 2, base="full", end=2)
    put(shelf, "still more", 3, base="more", end=3)
    found, timeline = shelf.leading_to(BEGIN + 2.5 * DAY, timeline=None)
    assert (names(shelf.chain(found)), timeline) == (["full", "more"], 1)


def test_a_backup_of_a_future_that_was_left_behind_leads_nowhere_but_on_its_own_timeline(shelf: Shelf) -> None:
    put(shelf, "full", 1, end=1)
    put(shelf, "left behind", 3, base="full", end=6)
    (shelf.archive / "00000002.history.gz").write_bytes(gzip.compress(HISTORY_OF_2.encode()))
    assert shelf.leading_to(None, timeline=None)[0].name == "full"
    assert shelf.leading_to(None, timeline=1)[0].name == "left behind"
    put(shelf, "after", 4, timeline=2, end=6)
    assert shelf.leading_to(None, timeline=None)[0].name == "after"


def test_where_nothing_leads_there_the_earliest_moment_is_told_in_both_languages(shelf: Shelf) -> None:
    put(shelf, "full", 1)
    with pytest.raises(NothingToRestore, match=r"earliest moment is 2026-11-02T00:00:00.*\n.*最早可恢复时刻"):
        shelf.leading_to(BEGIN, timeline=None)


def test_a_backup_whose_base_is_gone_says_which(shelf: Shelf) -> None:
    backup = put(shelf, "more", 2, base="full")
    with pytest.raises(NothingToRestore, match="adds to full"):
        shelf.chain(backup)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends the database another account")
def test_a_folder_that_the_databases_account_cannot_enter_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with pytest.raises(ShelfClosed, match=r"FUZHOU_BACKUPS.*\n.*FUZHOU_BACKUPS"):
        Shelf(tmp_path / "backups").open(Account("nobody", 65534, 65534))


def test_what_has_no_note_is_no_backup_and_is_swept(shelf: Shelf) -> None:
    shelf.data("half").mkdir(parents=True)
    put(shelf, "full", 1)
    assert names(shelf.backups) == ["full"]
    shelf.sweep()
    assert not (shelf.folder / "half").exists()
    assert shelf.data("full").exists()


def test_dropping_keeps_every_moment_that_was_asked_for(shelf: Shelf) -> None:
    put(shelf, "first", 1, end=0x10)
    put(shelf, "more", 2, base="first", end=0x20)
    put(shelf, "second", 8, end=0x30)
    put(shelf, "third", 15, end=0x40)
    for piece in (0x01, 0x2D, 0x2F, 0x35):
        (shelf.archive / f"00000001{0:08X}{piece:08X}.gz").touch()
    assert shelf.drop_before(BEGIN + 10 * DAY) == ["first", "more"]
    assert names(shelf.backups) == ["second", "third"]
    assert sorted(int(path.name[16:24], 16) for path in shelf.archive.iterdir()) == [0x2F, 0x35]
    assert shelf.leading_to(BEGIN + 10 * DAY, timeline=None)[0].name == "second"


def test_the_last_backup_is_never_dropped(shelf: Shelf) -> None:
    put(shelf, "only", 1)
    assert shelf.drop_before(BEGIN + 100 * DAY) == []


def write_manifest(copy: Path) -> None:
    (copy / "kept").write_bytes(b"abc")
    file = {"Path": "kept", "Size": 3, "Checksum": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}
    (copy / "backup_manifest").write_text(json.dumps({"Files": [file]}))


@pytest.mark.parametrize("now", [b"abd", None])
def test_a_changed_or_missing_file_of_a_backup_is_noticed(tmp_path: Path, now: bytes | None) -> None:
    write_manifest(tmp_path)
    verify(tmp_path, seen=lambda _done, _whole: None)
    (tmp_path / "kept").unlink()
    if now is not None:
        (tmp_path / "kept").write_bytes(now)
    with pytest.raises(CopyFailed, match="kept"):
        verify(tmp_path, seen=lambda _done, _whole: None)


def test_without_the_keys_that_it_was_sealed_with_nothing_is_restored(shelf: Shelf, tmp_path: Path) -> None:
    put(shelf, "full", 1)
    home = Home(tmp_path)
    home.secrets.complete(may_be_new=True)
    with pytest.raises(CannotRestore, match=r"lacks: k1\..*\n.*密钥"):
        Restoring(home, shelf, Cluster(home.postgres)).restore(None, timeline=None)
    assert not home.postgres.exists()


def test_a_fingerprint_knows_each_key_again_the_index_key_too_and_holds_none(tmp_path: Path) -> None:
    here, there = Home(tmp_path / "here").secrets, Home(tmp_path / "there").secrets
    for secrets in (here, there):
        secrets.complete(may_be_new=True)
    known, other = KeysFile(here.keys_file).fingerprints, KeysFile(there.keys_file).fingerprints
    assert known == KeysFile(here.keys_file).fingerprints
    assert {*known} == {*other} == {"k1", "index"}
    assert not {*known.values()} & {*other.values()}
    assert not any(print_ in here.keys_file.read_text() for print_ in known.values())


def test_the_archives_link_replaces_nothing_but_a_link(tmp_path: Path) -> None:
    archive.lead_to(tmp_path / "one", tmp_path)
    archive.lead_to(tmp_path / "other", tmp_path)
    assert (tmp_path / archive.LINK).readlink() == tmp_path / "other"
    (tmp_path / archive.LINK).unlink()
    (tmp_path / archive.LINK).mkdir()
    with pytest.raises(ArchiveSpoilt, match=r"link.*\n.*链接"):
        archive.lead_to(tmp_path / "one", tmp_path)


def test_a_moment_without_a_zone_is_fuzhous(tmp_path: Path) -> None:
    assert moment_of("2026-01-02T08:00:00") == datetime(2026, 1, 2, tzinfo=UTC)
    with pytest.raises(CannotRestore, match=r"no moment.*\n.*有效时刻"):
        moment_of("yesterday")
    with pytest.raises(CannotRestore, match="尚未到来"):
        moment_of("2999-01-01T00:00:00")
