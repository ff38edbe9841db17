"""The tables of insights: copies of what others said, and nothing of its own."""

from services.insights.models.asking import NeedEpisode, Person
from services.insights.models.doing import ServiceGiven, Worker
from services.insights.models.giving import Order, Package, Resource, ResourceUse
from services.insights.models.judging import Complaint, Suggestion, Survey
from services.insights.models.publishing import CubeCell
from services.insights.models.table import Table

__all__ = [
    "Complaint",
    "CubeCell",
    "NeedEpisode",
    "Order",
    "Package",
    "Person",
    "Resource",
    "ResourceUse",
    "ServiceGiven",
    "Suggestion",
    "Survey",
    "Table",
    "Worker",
]
