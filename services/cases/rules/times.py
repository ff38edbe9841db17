"""When something was done, as told afterwards."""

from datetime import datetime, timedelta
from typing import Final

LATE_ENTRY: Final = timedelta(hours=24)
# A case without anybody for so much working time is told of.
OWNER_WITHIN_WORKING_DAYS: Final = 1


def is_possible(occurred: datetime, *, opened: datetime, now: datetime) -> bool:
    """Neither before the case was opened nor in the future."""
    return opened <= occurred <= now


def is_late(occurred: datetime, now: datetime) -> bool:
    """Written down more than a day after it was done."""
    return now - occurred > LATE_ENTRY
