"""Which passwords are taken: long rather than odd (NIST SP 800-63B, 5.1.1.2), and when guessing is stopped."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

SHORTEST: Final = 12
# Beyond this nothing is gained, and hashing an endless text would be a way to keep us busy.
LONGEST: Final = 128
FEWEST_DIFFERENT: Final = 5
COMMON: Final = ("password", "123456", "qwerty", "abc123", "iloveyou", "admin", "fuzhou2026", "111111", "000000")

FAILURES: Final = 6
WITHIN: Final = timedelta(minutes=1)
LOCKED_FOR: Final = timedelta(minutes=5)


def what_is_weak(password: str, *, account: str) -> str | None:
    """What is wrong with a new password and what to do about it, in Chinese; None if it is good."""
    plain = password.casefold()
    if len(password) < SHORTEST:
        return f"密码至少 {SHORTEST} 个字符。可以用几个互不相关的词连起来，容易记也不易被猜到。"
    if len(password) > LONGEST:
        return f"密码最多 {LONGEST} 个字符，请缩短。"
    if account in plain:
        return "密码中不要包含账号名，请换一个。"
    if len(set(plain)) < FEWEST_DIFFERENT or any(_mostly(plain, word) for word in COMMON):
        return "这个密码太常见，容易被猜到，请换一个。"
    return None


def _mostly(plain: str, word: str) -> bool:
    """Whether hardly anything is left when a common word is taken out."""
    return word in plain and len(plain.replace(word, "")) < FEWEST_DIFFERENT


def recent(failures: Sequence[datetime], at: datetime) -> list[datetime]:
    """Those of the last minute."""
    return [failure for failure in failures if failure > at - WITHIN]


def locked_until(failures: Sequence[datetime], at: datetime) -> datetime | None:
    """Until when nobody gets in under a name, once there were six failures within a minute."""
    return at + LOCKED_FOR if len(recent(failures, at)) >= FAILURES else None
