"""The tables of cases, and the verbs they know."""

from services.cases.models.casework import Approval, Case, CaseHolder, CaseNeed, Transfer
from services.cases.models.needs import CaseEvent, Need, ResidentAlias
from services.cases.models.plans import Attachment, FollowUp, OrderWish, WishOrder
from services.cases.models.records import Assessment, Goal, InCase, Note, ServiceRecord, ServiceTime, Task, Worded
from services.cases.models.stations import Handover, Station, StationHead, Training, Worker
from services.cases.models.table import Table

__all__ = [
    "Approval",
    "Assessment",
    "Attachment",
    "Case",
    "CaseEvent",
    "CaseHolder",
    "CaseNeed",
    "FollowUp",
    "Goal",
    "Handover",
    "InCase",
    "Need",
    "Note",
    "OrderWish",
    "ResidentAlias",
    "ServiceRecord",
    "ServiceTime",
    "Station",
    "StationHead",
    "Table",
    "Task",
    "Training",
    "Transfer",
    "WishOrder",
    "Worded",
    "Worker",
]
