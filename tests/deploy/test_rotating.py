"""Keys are rotated while services run: every cell is sealed anew, nobody fails meanwhile, nothing is lost."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from deploy import databases
from deploy.addresses import BUILT
from deploy.home import Home
from deploy.keys_file import KeysFile, chosen_cipher, new_keys
from deploy.places import ROOT
from deploy.postgres import Cluster
from deploy.refusals import Refusal
from deploy.rotating import CannotForget, Rotation, RotationHeld, columns_of, rotation_at
from shared.kit import crypto
from shared.kit.ciphers import CipherName
from shared.kit.crypto import Keyring, Place
from shared.kit.idempotency import answer_place
from shared.kit.resealing import reseal
from tests.city import City, running
from tests.figures import Figure
from tests.people import HEAD, OPERATOR, need

WRITERS = 4
# Transactions of this test take far less than the thirty seconds that services may.
SETTLED_SECONDS = crypto.LOOK_EVERY_SECONDS + 1.0
SEALED = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = 'public' AND data_type = 'bytea'
  AND (column_name LIKE '%\\_sealed'
       OR (table_name, column_name) IN (VALUES ('idempotency', 'answer'), ('stored_file', 'content')))
ORDER BY 1, 2
"""


@pytest.fixture
async def town(cluster: Cluster, tmp_path: Path) -> AsyncIterator[City]:
    """Needs alone, with keys of its own to rotate."""
    before = crypto._Held.keys
    async with running(cluster, tmp_path, ("needs",)) as city:
        yield city
    crypto._Held.keys = before


@pytest.fixture
def owner_url(cluster: Cluster, town: City) -> str:
    return cluster.url(town.urls["needs"].rsplit("/", 1)[1].split("?")[0], databases.owner("needs"))


@pytest.fixture
def rotation(owner_url: str, tmp_path: Path) -> Rotation:
    keys = KeysFile(tmp_path / "keys.json")
    return Rotation(keys=keys, urls={"needs": owner_url}, settled_seconds=SETTLED_SECONDS)


async def ask(town: City, number: int) -> tuple[str, str]:
    """A need asked for; its id and its words."""
    words = f"第{number}次来电：想找人送餐。"
    answer = await town.post("needs", "/needs", OPERATOR, need(words=words, resident=None), key=f"call-{number}")
    assert answer.status_code == 201, answer.text
    return answer.json()["id"], words


async def words_of(town: City, id: str) -> str:
    answer = await town.get("needs", f"/needs/{id}/words", HEAD)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["words"])


async def cells(town: City) -> list[bytes]:
    """The header of every sealed cell that is there."""
    connection = await town.owner("needs")
    try:
        columns = await connection.fetch(SEALED)
        return [
            row["header"]
            for table, column in columns
            for row in await connection.fetch(
                f"SELECT substr({column}, 1, 9) AS header FROM {table} WHERE {column} IS NOT NULL"
            )
        ]
    finally:
        await connection.close()


async def versions(town: City) -> dict[UUID, int]:
    connection = await town.owner("needs")
    try:
        return {row["id"]: row["version"] for row in await connection.fetch("SELECT id, version FROM need")}
    finally:
        await connection.close()


async def test_while_writers_write_every_cell_comes_under_the_new_key_and_nobody_fails(
    town: City, rotation: Rotation, figure: Figure
) -> None:
    asked = dict([await ask(town, number) for number in range(20)])
    before, stop = await versions(town), asyncio.Event()

    async def write(writer: int) -> None:
        number = 1000 * (writer + 1)
        while not stop.is_set():
            id, words = await ask(town, number)
            assert await ask(town, number) == (id, words), "what was answered is answered again"
            asked[id] = words
            assert await words_of(town, id) == words
            number += 1

    writers = [asyncio.create_task(write(writer)) for writer in range(WRITERS)]
    rows = await rotation.run(CipherName.SM4_GCM)
    stop.set()
    await asyncio.gather(*writers)

    headers = await cells(town)
    left = sum(header != rotation.keys.keyring.header for header in headers)
    unreadable = sum(int(row["unreadable"] or 0) for row in rows)
    assert (left, unreadable) == (0, 0)
    assert headers[0][0] == 2, "sealed with SM4"
    assert len(asked) > 20, "writers wrote meanwhile"
    after = await versions(town)
    assert {id: after[id] for id in before} == before

    assert await rotation.forget() == ["k1"]
    crypto.keys_in_use().look()
    assert {id: await words_of(town, id) for id in asked} == asked
    figure("S6", cells_sealed_anew=sum(int(row["resealed"] or 0) for row in rows), cells_left_under_an_old_key=left)


async def test_what_an_old_key_sealed_before_and_wrote_after_is_found_too(town: City, rotation: Rotation) -> None:
    writer, old = await town.owner("needs"), rotation.keys.keyring
    writing = writer.transaction()
    await writing.start()
    await writer.execute(
        "INSERT INTO idempotency (caller, key, fingerprint, status, answer, answered_at)"
        " VALUES ('a', 'b', ''::bytea, 201, $1, now())",
        old.seal_bytes(b"{}", answer_place("a", "b")),
    )
    rotating = asyncio.create_task(rotation.run(CipherName.SM4_GCM))
    await asyncio.sleep(SETTLED_SECONDS / 2)
    await writing.commit()
    await rotating
    assert rotation.keys.keyring.seals(await writer.fetchval("SELECT answer FROM idempotency WHERE key = 'b'"))
    await writer.close()


class CutOffError(Exception):
    pass


async def test_a_rotation_that_was_cut_off_goes_on_with_the_same_key(town: City, rotation: Rotation) -> None:
    asked = dict([await ask(town, number) for number in range(3)])

    def cut_off(line: str) -> None:
        if "message.phone_sealed" in line:
            raise CutOffError

    dying = Rotation(keys=rotation.keys, urls=rotation.urls, settled_seconds=0, say=cut_off)
    with pytest.raises(CutOffError):
        await dying.run(CipherName.SM4_GCM)
    assert rotation.keys.is_rotating
    with pytest.raises(CannotForget, match=r"rotate-keys.*\n.*轮换"):
        await rotation.forget()
    await rotation.run(CipherName.AES_256_GCM)
    keys = rotation.keys.read()
    assert (keys["current"], sorted(keys["keys"]), "rotating" in keys) == ("k2", ["k1", "k2"], False)
    assert {id: await words_of(town, id) for id in asked} == asked


async def test_a_row_that_somebody_holds_is_passed_over_and_nobody_waits(
    town: City, rotation: Rotation, owner_url: str
) -> None:
    await ask(town, 1)
    rotation.keys.begin(CipherName.AES_256_GCM)
    words = next(column for column in columns_of("needs") if column.name == "need.words_sealed")
    holder, own = await town.owner("needs"), await asyncpg.connect(owner_url)
    async with holder.transaction():
        await holder.execute("SELECT FROM need FOR UPDATE")
        held = await asyncio.wait_for(reseal(own, words, rotation.keys.keyring), timeout=5)
    free = await reseal(own, words, rotation.keys.keyring)
    await holder.close()
    await own.close()
    assert (held.resealed, held.passed_over) == (0, 1)
    assert (free.resealed, free.passed_over) == (1, 0)


async def test_a_cell_that_does_not_open_is_told_left_alone_and_keeps_its_key(town: City, rotation: Rotation) -> None:
    id, _ = await ask(town, 1)
    connection = await town.owner("needs")
    await connection.execute("UPDATE need SET words_sealed = words_sealed || '\\x00'::bytea WHERE id = $1", UUID(id))
    was = await connection.fetchval("SELECT words_sealed FROM need")
    rows = await rotation.run(CipherName.SM4_GCM)
    assert [(row["column"], row["unreadable"]) for row in rows if row["unreadable"]] == [("need.words_sealed", 1)]
    assert await connection.fetchval("SELECT words_sealed FROM need") == was
    await connection.close()
    with pytest.raises(CannotForget):
        await rotation.forget()
    assert "k1" in rotation.keys.read()["keys"]
    assert not rotation.keys.is_rotating, "a later rotation is not held up"


async def test_a_key_that_a_cell_still_needs_is_not_forgotten(town: City, rotation: Rotation) -> None:
    await ask(town, 1)
    rotation.keys.begin(CipherName.AES_256_GCM)
    rotation.keys.finish()
    with pytest.raises(CannotForget, match=r"needs\.need\.words_sealed"):
        await rotation.forget()


@pytest.mark.parametrize("service", BUILT)
async def test_every_sealed_column_of_a_service_is_rotated(cluster: Cluster, service: str) -> None:
    connection = await asyncpg.connect(cluster.url(service))
    there = {f"{table}.{column}" for table, column in await connection.fetch(SEALED)}
    await connection.close()
    known = columns_of(service)
    assert there <= {column.name for column in known}
    own = [column for column in known if column.column.endswith("_sealed")]
    # Its place is made of the row's id, which is read with its key.
    assert all("id" in column.table.primary_key.columns for column in own)


def write_keys(folder: Path, cipher: CipherName = CipherName.AES_256_GCM) -> KeysFile:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "keys.json").write_text(json.dumps(new_keys(cipher) | {"another": "remark"}))
    return KeysFile(folder / "keys.json")


def test_a_forgotten_keys_name_is_never_given_again(tmp_path: Path) -> None:
    keys = write_keys(tmp_path)
    given = [keys.begin(CipherName.AES_256_GCM)]
    keys.finish()
    keys.forget()
    given.append(keys.begin(CipherName.AES_256_GCM))
    assert given == ["k2", "k3"]
    assert keys.read()["another"] == "remark"


def test_the_file_stays_where_it_is_on_the_disk_because_containers_hold_it_there(tmp_path: Path) -> None:
    keys = write_keys(tmp_path)
    before = keys.path.stat().st_ino
    keys.begin(CipherName.SM4_GCM)
    assert keys.path.stat().st_ino == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["keys.json"]


def test_new_keys_are_of_the_cipher_that_the_settings_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUZHOU_CIPHER", "sm4-gcm")
    keyring = Keyring.from_text(json.dumps(new_keys(chosen_cipher())))
    assert keyring.seal("王秀兰", Place("resident", "name", 1))[0] == 2
    monkeypatch.setenv("FUZHOU_CIPHER", "des")
    with pytest.raises(Refusal, match=r"sm4-gcm.*\n.*只能是"):
        chosen_cipher()


def test_two_do_not_rotate_at_once(tmp_path: Path) -> None:
    write_keys(tmp_path / "secrets")
    home = Home(tmp_path)
    with (
        rotation_at(home, {}, say=print),
        pytest.raises(RotationHeld, match=str(os.getpid())),
        rotation_at(home, {}, say=print),
    ):
        pass


def command(folder: Path, cluster: Cluster, *words: str) -> subprocess.CompletedProcess[str]:
    """`fuzhou` as an operator types it, with the migrated databases of all services."""
    urls: dict[str, Any] = {
        f"{name.upper()}_OWNER_DATABASE_URL": cluster.url(name, databases.owner(name)) for name in BUILT
    }
    return subprocess.run(
        [sys.executable, "-m", "deploy.command", *words], cwd=ROOT, text=True, capture_output=True, timeout=60,
        env={"PATH": os.environ["PATH"], "FUZHOU_HOME": str(folder), **urls}, check=False,
    )  # fmt: skip


def test_the_command_forgets_only_after_the_rotation_and_says_so_in_both_languages(
    cluster: Cluster, tmp_path: Path
) -> None:
    keys = write_keys(tmp_path / "secrets")
    keys.begin(CipherName.SM4_GCM)
    refused = command(tmp_path, cluster, "rotate-keys", "--forget")
    assert refused.returncode == 1
    assert "fuzhou rotate-keys" in refused.stderr
    assert "轮换" in refused.stderr
    keys.finish()
    done = command(tmp_path, cluster, "rotate-keys", "--forget", "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, {"forgotten": ["k1"]}), done.stderr
