"""The tables of insights: copies of what others said, and nothing of its own."""

from services.insights.models.asking import NeedEpisode, NeedPause, Person, ResidentAlias
from services.insights.models.counting import AnswerMonth, ContactWait, NeedMonth, WaitMonth
from services.insights.models.doing import CaseFile, CasePart, ServiceGiven, Station, Worker
from services.insights.models.giving import Order, Package, Resource, ResourceUse
from services.insights.models.judging import Complaint, Suggestion, Survey
from services.insights.models.publishing import CountedEpisode, CubeCategory, CubeCell, CubeDay
from services.insights.models.table import Table

__all__ = [
    "AnswerMonth",
    "CaseFile",
    "CasePart",
    "Complaint",
    "ContactWait",
    "CountedEpisode",
    "CubeCategory",
    "CubeCell",
    "CubeDay",
    "NeedEpisode",
    "NeedMonth",
    "NeedPause",
    "Order",
    "Package",
    "Person",
    "ResidentAlias",
    "Resource",
    "ResourceUse",
    "ServiceGiven",
    "Station",
    "Suggestion",
    "Survey",
    "Table",
    "WaitMonth",
    "Worker",
]
