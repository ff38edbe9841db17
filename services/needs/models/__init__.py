"""The tables of needs, and the verbs they know."""

from services.needs.models.needs import DeclinedReopening, Need
from services.needs.models.residents import Consent, Resident, ResidentAlias, ResidentPhone
from services.needs.models.sent import SentNeed
from services.needs.models.table import Table
from services.needs.models.work import (
    CardGrant,
    CasePart,
    Clock,
    ClockPause,
    Contact,
    Message,
    NeedOrder,
    NeedPause,
    TwinMessage,
)

# Imported so that its tables are known as this service's too.
from shared.kit.bulk import tables as _bulk  # noqa: F401

__all__ = [
    "CardGrant",
    "CasePart",
    "Clock",
    "ClockPause",
    "Consent",
    "Contact",
    "DeclinedReopening",
    "Message",
    "Need",
    "NeedOrder",
    "NeedPause",
    "Resident",
    "ResidentAlias",
    "ResidentPhone",
    "SentNeed",
    "Table",
    "TwinMessage",
]
