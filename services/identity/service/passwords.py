"""Passwords: hashed with argon2id (RFC 9106, the second recommended option: 64 MiB, three passes, four lanes)."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

_HASHING: Final = PasswordHash((Argon2Hasher(time_cost=3, memory_cost=65536, parallelism=4),))
# Each one at work takes 64 MiB, so a crowd at the door waits instead of taking all memory.
_WORKERS: Final = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")


async def hash_of(password: str) -> str:
    """What is kept of a password."""
    return await asyncio.get_running_loop().run_in_executor(_WORKERS, _HASHING.hash, password)


async def is_password(password: str, kept: str | None) -> bool:
    """Whether it is the password. Where there is none, the same work is done and the answer is no."""
    known = kept or _of_nobody()
    good = await asyncio.get_running_loop().run_in_executor(_WORKERS, _HASHING.verify, password, known)
    return good and kept is not None


@cache
def _of_nobody() -> str:
    return _HASHING.hash("nobody's password")
