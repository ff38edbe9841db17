"""The tables of feedback, and the verbs they know."""

from services.feedback.models.handling import AccountHand, CaseHand, CasePart, Handler, Served
from services.feedback.models.people import ResidentAlias
from services.feedback.models.surveys import CallBack, Sample, Survey, SurveyWords
from services.feedback.models.table import Table
from services.feedback.models.voices import Complaint, Suggestion

__all__ = [
    "AccountHand",
    "CallBack",
    "CaseHand",
    "CasePart",
    "Complaint",
    "Handler",
    "ResidentAlias",
    "Sample",
    "Served",
    "Suggestion",
    "Survey",
    "SurveyWords",
    "Table",
]
