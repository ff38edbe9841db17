"""Reference data: the shapes of its rows. The rows are files in `shared/reference`, edited later in one place.

A row is stored as (table, key, valid_from, valid_to, body, source): `valid_from` is inclusive, `valid_to` exclusive or
open. The body is one of the models here; `TABLES` finds the model by the table's name.
"""

from shared.schemas.reference.casework import CaseworkPolicy, StationStandard
from shared.schemas.reference.eligibility import (
    AllOf,
    AnyOf,
    EligibilityField,
    Node,
    Not,
    Operator,
    Rule,
    Sentence,
    rules_of,
)
from shared.schemas.reference.places import (
    CalendarDay,
    CalendarYear,
    Division,
    DivisionAlias,
    OnCall,
    Station,
    WorkHours,
    station_id,
)
from shared.schemas.reference.policy import (
    Amount,
    Category,
    ComplaintPolicy,
    Department,
    DutyAssignment,
    GroupRow,
    ServiceLevel,
    SurveyPolicy,
    Target,
)
from shared.schemas.reference.resources import (
    DistanceBand,
    FairnessTerm,
    Figure,
    OrderingRule,
    ResourceKind,
    ScoreWeight,
)
from shared.schemas.reference.row import TABLES, ReferenceBody, ReferenceRow

__all__ = [
    "TABLES",
    "AllOf",
    "Amount",
    "AnyOf",
    "CalendarDay",
    "CalendarYear",
    "CaseworkPolicy",
    "Category",
    "ComplaintPolicy",
    "Department",
    "DistanceBand",
    "Division",
    "DivisionAlias",
    "DutyAssignment",
    "EligibilityField",
    "FairnessTerm",
    "Figure",
    "GroupRow",
    "Node",
    "Not",
    "OnCall",
    "Operator",
    "OrderingRule",
    "ReferenceBody",
    "ReferenceRow",
    "ResourceKind",
    "Rule",
    "ScoreWeight",
    "Sentence",
    "ServiceLevel",
    "Station",
    "StationStandard",
    "SurveyPolicy",
    "Target",
    "WorkHours",
    "rules_of",
    "station_id",
]
