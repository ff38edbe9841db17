"""`fuzhou rotate-keys`: a new data key, and every cell of every service sealed anew with it, while all of them run."""

import asyncio
import itertools
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module

import asyncpg

from deploy.home import Home
from deploy.keys_file import KeysFile, KeysFileClosed, chosen_cipher
from deploy.listening import Row
from deploy.locks import Lock, Locked
from deploy.progress import bar
from deploy.refusals import Refusal
from shared.kit.ciphers import CipherName
from shared.kit.crypto import LOOK_EVERY_SECONDS
from shared.kit.resealing import Connection, Pass, SealedColumn, left_under_other_keys, reseal, sealed_columns

# A running service seals with the old key until it looks at the file again, in a transaction of 30 s at most
# (`deploy.databases.APP_LIMITS`). A pass that begins after that sees all that was ever sealed with it.
SETTLED_SECONDS = LOOK_EVERY_SECONDS + 30.0 + 1.0
PAUSE_SECONDS = 0.2


class CannotForget(Refusal):
    """Old keys are still needed."""


class RotationHeld(Refusal):
    """Somebody else is rotating the keys."""

    def __init__(self, holder: str) -> None:
        super().__init__(
            f"Process {holder} is rotating the keys: wait until it is done, then try again.\n"
            f"进程 {holder} 正在轮换密钥：请等待其完成后再试。"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """One run of the command over these databases, each as its owner."""

    keys: KeysFile
    urls: Mapping[str, str]
    settled_seconds: float = SETTLED_SECONDS
    say: Callable[[str], None] = lambda _: None

    async def run(self, cipher: CipherName) -> list[Row]:
        """Begin a rotation, or go on with the one that was begun; one row a column.

        When it returns, no cell is left under another key but those that could not be opened at all.
        """
        if self.keys.is_rotating:
            self.say("A rotation that was begun goes on.")
        else:
            self.say(f"New key {self.keys.begin(cipher)} ({cipher}).")
        settled = time.monotonic() + self.settled_seconds
        rows = [row for service in self.urls for row in await self._service(service, settled)]
        # What does not open now never will: it holds up no later rotation, and its old key is not forgotten.
        self.keys.finish()
        return rows

    async def _service(self, service: str, settled: float) -> list[Row]:
        connection = await asyncpg.connect(plain(self.urls[service]), server_settings={"lock_timeout": "1s"})
        try:
            return [await self._column(service, connection, column, settled) for column in columns_of(service)]
        finally:
            await connection.close()

    async def _column(self, service: str, connection: Connection, column: SealedColumn, settled: float) -> Row:
        done = Pass()
        while True:
            began = time.monotonic()
            last = await reseal(connection, column, self.keys.keyring)
            done = Pass(done.resealed + last.resealed, last.passed_over, last.unreadable)
            if last.is_clean and began >= settled:
                self.say(f"{service}: {column.name}, {done.resealed} sealed anew")
                return {
                    "service": service, "column": column.name, "resealed": done.resealed,
                    "unreadable": done.unreadable,
                }  # fmt: skip
            await asyncio.sleep(max(PAUSE_SECONDS, settled - time.monotonic()) if last.is_clean else PAUSE_SECONDS)

    async def forget(self) -> list[str]:
        """Drop the old keys, when no cell needs them; their names.

        Raises:
            CannotForget: a rotation is under way, or a cell still needs one.
        """
        if self.keys.is_rotating:
            raise CannotForget(
                "A rotation is under way: finish it with `fuzhou rotate-keys`, then forget the old keys.\n"
                "密钥轮换尚未完成：请先执行 `fuzhou rotate-keys` 完成轮换，再清除旧密钥。"
            )
        needing = [name for service in self.urls for name in await self._needing(service)]
        if needing:
            raise CannotForget(
                f"Cells of {', '.join(needing)} still need an old key: seal them anew by `fuzhou rotate-keys`.\n"
                f"{'、'.join(needing)} 中仍有数据使用旧密钥：请先执行 `fuzhou rotate-keys` 重新加密。"
            )
        return list(self.keys.forget())

    async def _needing(self, service: str) -> list[str]:
        connection = await asyncpg.connect(plain(self.urls[service]))
        try:
            return [
                f"{service}.{column.name}"
                for column in columns_of(service)
                if await left_under_other_keys(connection, column, self.keys.keyring)
            ]
        finally:
            await connection.close()


@contextmanager
def rotation_at(home: Home, urls: Mapping[str, str], *, say: Callable[[str], None]) -> Iterator[Rotation]:
    """The keys of this machine and the services' databases, for one process at a time.

    Raises:
        RotationHeld: another process has them.
        KeysFileClosed: this account may not write where they lie.
    """
    keys = KeysFile(home.secrets.keys_file)
    lock = Lock(home.secrets.folder / "rotation.lock")
    try:
        lock.take()
    except Locked as held:
        raise RotationHeld(held.holder) from held
    except PermissionError as refused:
        raise KeysFileClosed(keys.path) from refused
    try:
        yield Rotation(keys=keys, urls=urls, say=say)
    finally:
        lock.release()


def columns_of(service: str) -> list[SealedColumn]:
    """Every sealed column of a service."""
    return list(sealed_columns(import_module(f"services.{service}.models").Table))


def plain(url: str) -> str:
    """The same address for the driver alone."""
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)


def rotate_all_keys(home: Home, urls: Mapping[str, str]) -> list[Row]:
    """What `fuzhou rotate-keys` does; FUZHOU_CIPHER names the new key's cipher."""
    cipher, columns = chosen_cipher(), sum(len(columns_of(service)) for service in urls)
    with bar("Sealing everything anew 重新加密") as seen:
        # The first line names the key, and each one after it is a column that is done.
        done = itertools.count()

        def say(line: str) -> None:
            print(line, file=sys.stderr)
            seen(next(done), columns)

        with rotation_at(home, urls, say=say) as rotation:
            return asyncio.run(rotation.run(cipher))


def forget_old_keys(home: Home, urls: Mapping[str, str]) -> list[str]:
    """What `fuzhou rotate-keys --forget` does."""
    with rotation_at(home, urls, say=lambda _: None) as rotation:
        return asyncio.run(rotation.forget())
