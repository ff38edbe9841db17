"""The tables of matching, and the verbs they know."""

from services.matching.models.asking import Consent, Need, Override, Person, ResidentAlias
from services.matching.models.giving import Account, LedgerEntry, Provider, Resource
from services.matching.models.orders import NOTHING_DUE, Clock, Order
from services.matching.models.table import Table

# Imported so that its tables are known as this service's too.
from shared.kit.bulk import tables as _bulk  # noqa: F401

__all__ = [
    "NOTHING_DUE",
    "Account",
    "Clock",
    "Consent",
    "LedgerEntry",
    "Need",
    "Order",
    "Override",
    "Person",
    "Provider",
    "ResidentAlias",
    "Resource",
    "Table",
]
