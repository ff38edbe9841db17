"""How long everything of signing in lasts."""

from datetime import datetime, timedelta
from typing import Final

# A working day, and an hour without a sign of life.
SESSION: Final = timedelta(hours=8)
IDLE: Final = timedelta(hours=1)
# Between the password and the code.
SECOND_STEP: Final = timedelta(minutes=5)
CODE: Final = timedelta(seconds=60)
LINK: Final = timedelta(hours=24)
# An answer may be lost on its way: asked again so soon, and nobody used what was given, it is the same request.
RETRY: Final = timedelta(seconds=10)
# Spent codes and tokens are kept as long as somebody may show them again.
REMEMBERED: Final = timedelta(days=2)


def is_retry(*, used_at: datetime, successor_unused: bool, at: datetime) -> bool:
    """Whether a spent token is shown again by who had it, and not by who stole it."""
    return successor_unused and at - used_at <= RETRY
