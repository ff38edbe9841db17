"""What rules may know of a person: codes only, never a name. `None` means that nobody has told: unknown, not false."""

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Person:
    """The facts that eligibility asks for; the fields are those of `EligibilityField`.

    `age` in whole years; `disability_level` 1 (heaviest) to 4; `division` by its code, as exact as it is known.
    `groups` is the whole list as somebody decided it: an empty one says "none of them", `None` says "not asked yet".
    """

    age: int | None = None
    sex: Sex | None = None
    groups: frozenset[Group] | None = None
    disability_kind: DisabilityKind | None = None
    disability_level: int | None = None
    hardship: HardshipKind | None = None
    household_registration: HouseholdRegistration | None = None
    income_class: IncomeClass | None = None
    self_care: SelfCare | None = None
    school_stage: SchoolStage | None = None
    employment: Employment | None = None
    division: str | None = None


NOBODY_KNOWN = Person()
