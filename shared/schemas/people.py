"""What may be known of a person outside needs: codes that rules ask for, never who it is."""

from pydantic import BaseModel, ConfigDict, Field

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


class PersonCodes(BaseModel):
    """The codes of a person; what is not known is null, which rules read as unknown and not as no."""

    # In answers every code is there, null where it is not known.
    model_config = ConfigDict(frozen=True, extra="ignore", json_schema_serialization_defaults_required=True)

    age: int | None = Field(default=None, ge=0, le=150)
    sex: Sex = Sex.UNKNOWN
    groups: tuple[Group, ...] = ()
    disability_kind: DisabilityKind | None = None
    disability_level: int | None = Field(default=None, ge=1, le=4, description="1 is the heaviest.")
    hardship: HardshipKind | None = None
    household_registration: HouseholdRegistration | None = None
    income_class: IncomeClass | None = None
    self_care: SelfCare | None = None
    school_stage: SchoolStage | None = None
    employment: Employment | None = None
