"""`fuzhou doctor`: what is odd is told in words, with the remedy in both languages; what is well asks for nothing."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from deploy.doctor import Finding, State, as_document, in_words, well, worst
from deploy.doctor.machine import door, fonts, memory, room
from deploy.doctor.secrets import keys
from deploy.doctor.services import archiving, backups, database, lag, readiness, waiting
from deploy.home import Home
from deploy.keys_file import KeysFile
from deploy.places import ROOT
from deploy.ports import listen_from, port_of
from deploy.shelf import NOTE, Backup, Shelf
from shared.kit.ciphers import CipherName
from shared.kit.clock import wall_clock

READY = {"status": "ready", "database": "ok", "revision": "r2", "head": "r2", "silent": {"needs": 2.0}}
FIGURES = "fuzhou_facts_parked {parked}\nfuzhou_inconsistencies {broken}\n"


def remedies(found: Finding) -> str:
    """What is to be done; it must be there, and in both languages."""
    assert found.remedy
    assert any("一" <= letter <= "鿿" for letter in found.remedy_zh)
    return found.remedy


@pytest.mark.parametrize(("free", "state"), [(1500, State.WELL), (1000, State.ILL)])
def test_memory_is_told_against_what_the_platform_takes(free: int, state: State) -> None:
    found = memory(f"MemTotal: 9 kB\nMemAvailable:  {free * 1024} kB\n", is_running=False)
    assert (found.state, found.found) == (state, f"{free} MiB available, 1024 needed")


def test_once_it_runs_less_is_enough() -> None:
    assert memory("MemAvailable: 409600 kB", is_running=True).state is State.WELL


@pytest.mark.parametrize(("free", "state"), [(6000, State.WELL), (2000, State.NOTE), (500, State.ILL)])
def test_a_disk_that_fills_up_is_told_before_it_is_full(free: int, state: State) -> None:
    found = room("disk", Path("/somewhere"), free=free)
    assert found.state is state
    assert state is State.WELL or "--keep-days" in remedies(found)


def test_without_letters_for_chinese_the_package_is_named(tmp_path: Path) -> None:
    found = fonts((str(tmp_path),))
    assert found.state is State.NOTE
    assert "fonts-noto-cjk" in remedies(found)
    (tmp_path / "NotoSansCJK-Regular.ttc").touch()
    assert fonts((str(tmp_path),)).state is State.WELL


def test_a_taken_port_is_told_with_another() -> None:
    with listen_from(25950) as taken:
        port = port_of(taken)
        found = door(port)
    assert found.state is State.ILL
    assert f"FUZHOU_DOOR_PORT={port + 10}" in remedies(found)
    assert door(port).state is State.WELL


def test_a_service_says_of_itself_that_it_is_ready() -> None:
    assert readiness("needs", READY) == well("needs", "ready, tables at r2", "就绪，数据表版本 r2")


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"status": "not_ready", "database": "away"}, "database's log"),
        ({"status": "not_ready", "revision": "r1"}, "fuzhou migrate"),
        ({"status": "behind", "silent": {"matching": 99.0}}, "those services first"),
    ],
)
def test_a_service_that_cannot_work_is_told_with_the_remedy(changed: dict[str, object], word: str) -> None:
    found = readiness("needs", READY | changed)
    assert found.state is State.ILL
    assert word in remedies(found)


def test_what_was_not_taken_in_and_what_disagrees_is_counted() -> None:
    assert list(waiting("needs", FIGURES.format(parked="0.0", broken="0.0"))) == []
    parked, broken = waiting("needs", FIGURES.format(parked="2.0", broken="3.0"))
    assert parked.found.startswith("2 facts")
    assert "fuzhou facts replay" in remedies(parked)
    assert broken.found.startswith("3 differences")
    assert "fuzhou reconcile" in remedies(broken)


def test_the_listener_that_is_furthest_behind_is_named() -> None:
    assert lag({}).state is State.WELL
    assert lag({"matching ← needs": 3}).state is State.WELL
    found = lag({"matching ← needs": 3, "insights ← cases": 5_000})
    assert found.state is State.NOTE
    assert "insights ← cases, 5000 facts" in found.found
    assert "fuzhou facts position" in remedies(found)


def test_a_damaged_page_and_a_log_that_is_not_archived_are_ill() -> None:
    assert database(damaged=0).state is State.WELL
    assert "fuzhou restore" in remedies(database(damaged=1))
    assert list(archiving(fails=False)) == []
    (found,) = archiving(fails=True)
    assert (found.state, "FUZHOU_BACKUPS" in remedies(found)) == (State.ILL, True)


@pytest.mark.parametrize(("days", "state"), [(None, State.NOTE), (1, State.WELL), (3, State.ILL)])
def test_a_backup_that_is_missing_or_old_is_told(tmp_path: Path, days: int | None, state: State) -> None:
    if days is not None:
        then = wall_clock() - timedelta(days=days)
        (tmp_path / "one").mkdir()
        Backup(
            name="one", kind="full", base=None, began=then, ended=then, timeline=1, end="0/1", bytes=1, system="7",
            keys={},
        ).write(tmp_path / "one" / NOTE)  # fmt: skip
    found = backups(Shelf(tmp_path))
    assert found.state is state
    assert state is State.WELL or "fuzhou backup" in remedies(found)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path)
    made.secrets.complete(may_be_new=True, made_for="development")
    return made


def test_whole_keys_are_well(home: Home) -> None:
    (found,) = keys(home, environment="development")
    assert found == well("keys", "k1 seals, 0 older to open with", "当前密钥 k1，另有旧密钥 0 个")


def test_keys_that_are_lost_spoilt_open_or_of_development_are_ill(home: Home) -> None:
    assert "fuzhou secrets" in remedies(next(keys(home, environment="production")))
    home.secrets.folder.chmod(0o755)
    assert "chmod 700" in remedies(next(keys(home, environment="development")))
    home.secrets.keys_file.write_text("{}")
    assert "copy" in remedies(next(keys(home, environment="development")))
    home.secrets.keys_file.unlink()
    (home.postgres / "data").mkdir(parents=True)
    (home.postgres / "data" / "PG_VERSION").write_text("18")
    (lost,) = keys(home, environment="development")
    assert lost.state is State.ILL
    assert "from your copy" in remedies(lost)


def test_a_rotation_that_was_broken_off_is_told(home: Home) -> None:
    KeysFile(home.secrets.keys_file).begin(CipherName.AES_256_GCM)
    (found,) = keys(home, environment="development")
    assert "fuzhou rotate-keys" in remedies(found)


def test_the_worst_finding_is_the_state_of_the_whole() -> None:
    fine, ill = well("disk", "much", "充足"), Finding("keys", State.ILL, "gone", "缺失", "Put it back.", "请放回。")
    assert [worst(each) for each in ([], [fine], [fine, ill])] == [State.WELL, State.WELL, State.ILL]
    assert as_document([ill])["findings"][0]["state"] == "ill"
    assert in_words([fine, ill]).splitlines()[-2:] == [f"{'':<12} -> Put it back.", f"{'':<12} -> 请放回。"]


def test_where_nothing_runs_the_machine_is_told_and_how_to_start(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "deploy.command", "doctor", "--json"], cwd=ROOT, text=True, capture_output=True,
        env={"PATH": os.environ["PATH"], "FUZHOU_HOME": str(tmp_path), "FUZHOU_DOOR_PORT": "25970"}, check=False,
    )  # fmt: skip
    found = {each["check"]: each for each in json.loads(told.stdout)["findings"]}
    assert {"python", "postgres", "memory", "disk", "fonts", "keys", "backups", "door"} <= {*found}
    assert "make run" in found["services"]["remedy"]
    assert told.returncode == (1 if "ill" in {each["state"] for each in found.values()} else 0)
