"""Who may have a resource: a small JSON tree that a department can read and edit.

    {"all": [{"field": "age", "operator": "gte", "value": 60, "because": {"zh": "须年满60周岁", "en": "…"}}, …]}

Nodes are `all`, `any`, `not` and rules. `because` is the sentence shown when the node refuses. A value that nobody
knows makes a rule *unknown*, neither true nor false. Deciding is matching's work; here is only the shape.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from shared.schemas.vocabulary import (
    DisabilityKind,
    Employment,
    Group,
    HardshipKind,
    HouseholdRegistration,
    IncomeClass,
    SchoolStage,
    SelfCare,
    Sex,
)


class EligibilityField(StrEnum):
    """What a rule may ask about a person.

    `age` is in whole years, `disability_level` 1 (heaviest) to 4; `division` holds if the code covers the person's.
    """

    AGE = "age"
    SEX = "sex"
    GROUPS = "groups"
    DISABILITY_KIND = "disability_kind"
    DISABILITY_LEVEL = "disability_level"
    HARDSHIP = "hardship"
    HOUSEHOLD_REGISTRATION = "household_registration"
    INCOME_CLASS = "income_class"
    SELF_CARE = "self_care"
    SCHOOL_STAGE = "school_stage"
    EMPLOYMENT = "employment"
    DIVISION = "division"


class Operator(StrEnum):
    """How a rule compares. `contains` and `any_of` ask a list (groups); `exists` asks whether anything is known."""

    EQ = "eq"
    NE = "ne"
    IN = "in"
    NOT_IN = "not_in"
    LT = "lt"
    LTE = "lte"
    GT = "gt"
    GTE = "gte"
    CONTAINS = "contains"
    ANY_OF = "any_of"
    EXISTS = "exists"


NUMBERS = frozenset({EligibilityField.AGE, EligibilityField.DISABILITY_LEVEL})
WORDS: dict[EligibilityField, type[StrEnum]] = {
    EligibilityField.SEX: Sex,
    EligibilityField.GROUPS: Group,
    EligibilityField.DISABILITY_KIND: DisabilityKind,
    EligibilityField.HARDSHIP: HardshipKind,
    EligibilityField.HOUSEHOLD_REGISTRATION: HouseholdRegistration,
    EligibilityField.INCOME_CLASS: IncomeClass,
    EligibilityField.SELF_CARE: SelfCare,
    EligibilityField.SCHOOL_STAGE: SchoolStage,
    EligibilityField.EMPLOYMENT: Employment,
}
OF_ONE = frozenset({Operator.EQ, Operator.NE, Operator.IN, Operator.NOT_IN, Operator.EXISTS})
OF_ORDER = frozenset({Operator.LT, Operator.LTE, Operator.GT, Operator.GTE})
OF_LISTS = frozenset({Operator.CONTAINS, Operator.ANY_OF, Operator.EXISTS})
WITH_LISTS = frozenset({Operator.IN, Operator.NOT_IN, Operator.ANY_OF})


def operators_for(field: EligibilityField) -> frozenset[Operator]:
    """The comparisons that make sense of this field."""
    if field is EligibilityField.GROUPS:
        return OF_LISTS
    return OF_ONE | OF_ORDER if field in NUMBERS else OF_ONE


class Sentence(BaseModel):
    """One sentence in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str
    en: str


class _Node(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rule(_Node):
    """One question about one field."""

    field: EligibilityField
    operator: Operator
    value: bool | int | str | tuple[int | str, ...]
    because: Sentence

    @property
    def values(self) -> tuple[int | str, ...]:
        """The value as a list, whether one or many were written."""
        return self.value if isinstance(self.value, tuple) else (self.value,)

    @model_validator(mode="after")
    def _check_sense(self) -> Self:
        if self.operator not in operators_for(self.field):
            known = sorted(operators_for(self.field))
            raise ValueError(
                f"{self.field} is compared with one of: {', '.join(known)}."
                f" 该字段不支持此比较方式，可用：{'、'.join(known)}。"
            )
        if (self.operator in WITH_LISTS) != isinstance(self.value, tuple):
            raise ValueError(
                f"{self.operator} takes a list. 此比较方式的取值须为列表。"
                if self.operator in WITH_LISTS
                else f"{self.operator} takes one value, not a list. 此比较方式只取单值，不取列表。"
            )
        self._check_values()
        return self

    def _check_values(self) -> None:
        if self.operator is Operator.EXISTS:
            if not isinstance(self.value, bool):
                raise ValueError("exists takes true or false. 取值须为 true 或 false。")
        elif self.field in NUMBERS:
            if not all(isinstance(each, int) and not isinstance(each, bool) for each in self.values):
                raise ValueError(f"{self.field} takes whole numbers, without quotes. 取值须为整数，不加引号。")
        elif not all(isinstance(each, str) and self._is_word(each) for each in self.values):
            known = sorted(WORDS[self.field]) if self.field in WORDS else ["3610…"]
            raise ValueError(
                f"{self.field} takes one of: {', '.join(known)}. 取值不在词表内，可填：{'、'.join(known)}。"
            )

    def _is_word(self, value: str) -> bool:
        words = WORDS.get(self.field)
        return value.isdigit() if words is None else value in set(words)


class AllOf(_Node):
    """Every one of them must hold."""

    all: tuple["Node", ...]
    because: Sentence | None = None


class AnyOf(_Node):
    """One of them is enough; `because` says all of them in one sentence."""

    any: tuple["Node", ...]
    because: Sentence


class Not(_Node):
    """It must not hold. Written `{"not": …, "because": …}`, for `not` is no name in Python."""

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)

    inner: "Node" = Field(alias="not")
    because: Sentence


_SHAPES: tuple[tuple[str, type[BaseModel]], ...] = (("all", AllOf), ("any", AnyOf), ("not", Not))


def _kind_of(node: object) -> str:
    if isinstance(node, dict):
        return next((kind for kind, _ in _SHAPES if kind in node), "rule")
    return next((kind for kind, shape in _SHAPES if isinstance(node, shape)), "rule")


Node = Annotated[
    Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")]
    | Annotated[Rule, Tag("rule")],
    Discriminator(_kind_of),
]


def rules_of(node: Node) -> Iterator[Rule]:
    """Every rule of a tree, in reading order."""
    match node:
        case Rule():
            yield node
        case Not(inner=inner):
            yield from rules_of(inner)
        case AllOf(all=parts) | AnyOf(any=parts):
            for part in parts:
                yield from rules_of(part)
