"""Rows about what is given, and about how candidates are ranked."""

from datetime import date
from decimal import Decimal
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.schemas.reference.eligibility import Node
from shared.schemas.reference.row import ReferenceBody
from shared.schemas.vocabulary import DivisionLevel, Group, ScoreTerm, Standing, Unit


class Figure(BaseModel):
    """An amount in a rule of the day. `per` says for what: 月, 年, 次."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name_zh: str
    amount: Decimal
    unit: Unit
    per: str
    since: date | None = None
    standing: Standing


class ResourceKind(ReferenceBody, table="resource_kind"):
    """A kind of resource that a department brings; listings in townships are made from it.

    `for_stations` marks what a station gets, not a person (building subsidies). Kinds without a quantity have no
    capacity. `cost_zh` is what the person pays. `lead_days` is how many working days it usually takes to begin.
    `offered_at` says whether each county has it at one place or each township has its own, by `offered_at_source`.
    """

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    department: str
    category: str | None
    name_zh: str
    name_en: str
    unit: Unit
    quantified: bool
    eligibility: Node | None
    documents: tuple[str, ...]
    cost_zh: str
    lead_days: int = Field(ge=0)
    figures: tuple[Figure, ...] = ()
    basis_zh: str
    standing: Standing
    for_stations: bool = False
    offered_at: Literal[DivisionLevel.COUNTY, DivisionLevel.TOWNSHIP] = DivisionLevel.COUNTY
    offered_at_source: str = ""
    note_zh: str = ""

    @property
    def key(self) -> str:
        return self.code

    @model_validator(mode="after")
    def _check_category(self) -> Self:
        if (self.category is None) != self.for_stations:
            raise ValueError("What people get has a category, what stations get has none. 面向个人的资源须有类别。")
        return self


class OrderingRule(ReferenceBody, table="ordering_rule"):
    """Where the platform may order by itself (自动对接): whether a package must pay, how sure triage must be."""

    category: str
    from_package_only: bool
    minimum_confidence: float = Field(ge=0, le=1)

    @property
    def key(self) -> str:
        return f"{self.category}:{'package' if self.from_package_only else 'any'}"


class ScoreWeight(ReferenceBody, table="score_weight"):
    """How much a term counts in a candidate's score; the weights sum to one."""

    term: ScoreTerm
    weight: float = Field(ge=0, le=1)
    meaning_zh: str
    meaning_en: str

    @property
    def key(self) -> str:
        return self.term


class DistanceBand(ReferenceBody, table="distance_band"):
    """What a distance is worth, from 0 to 1: the first band that reaches. Kilometres as the crow flies.

    The same township is a band of its own (`same_township`, no kilometres); the last band reaches everywhere (null).
    """

    order: int
    same_township: bool = False
    up_to_km: float | None = None
    worth: float = Field(ge=0, le=1)

    @property
    def key(self) -> str:
        return str(self.order)


class FairnessTerm(ReferenceBody, table="fairness_term"):
    """Who comes first when there is not enough: a group or a division, with a worth from 0 to 1; the highest counts."""

    group: Group | None = None
    division: str | None = None
    worth: float = Field(ge=0, le=1)
    because_zh: str

    @property
    def key(self) -> str:
        return self.group or self.division or ""
