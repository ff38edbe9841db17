"""The tables of cases, and the verbs they know."""

from services.cases.models.casework import Approval, Case, CaseNeed, Transfer
from services.cases.models.needs import CaseEvent, Need
from services.cases.models.records import Assessment, Goal, InCase, Note, ServiceRecord, Task, Worded
from services.cases.models.stations import Handover, Station, Training, Worker
from services.cases.models.table import Table

__all__ = [
    "Approval",
    "Assessment",
    "Case",
    "CaseEvent",
    "CaseNeed",
    "Goal",
    "Handover",
    "InCase",
    "Need",
    "Note",
    "ServiceRecord",
    "Station",
    "Table",
    "Task",
    "Training",
    "Transfer",
    "Worded",
    "Worker",
]
