"""When something was done, as told afterwards."""

from datetime import datetime, timedelta
from typing import Final

from shared.schemas.vocabulary import ContactKind, ServiceKind

LATE_ENTRY: Final = timedelta(hours=24)
# A case without anybody for so much working time is told of.
OWNER_WITHIN_WORKING_DAYS: Final = 1

_CONTACT_BY: Final = {
    ServiceKind.VISIT: ContactKind.VISIT,
    ServiceKind.LINKING: ContactKind.CALL,
    ServiceKind.REFERRAL: ContactKind.CALL,
    ServiceKind.ADMINISTRATION: ContactKind.CALL,
}


def is_possible(occurred: datetime, *, opened: datetime, now: datetime) -> bool:
    """Neither before the case was opened nor in the future."""
    return opened <= occurred <= now


def contact_by(kind: ServiceKind) -> ContactKind:
    """How somebody was reached by a service, where the record does not say."""
    return _CONTACT_BY.get(kind, ContactKind.MEETING)


def professional_share(professional: int, administrative: int) -> float:
    """Professional minutes in per cent of all; nothing of nothing."""
    total = professional + administrative
    return round(100 * professional / total, 1) if total else 0.0


def is_late(occurred: datetime, now: datetime) -> bool:
    """Written down more than a day after it was done."""
    return now - occurred > LATE_ENTRY
