"""Forms about people."""

from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from services.needs.rules.numbers import EARLIEST_BIRTH, read_number
from services.needs.rules.phones import read_phone
from shared.kit.wording import written_as
from shared.schemas.forms import Form, View
from shared.schemas.moments import Moment
from shared.schemas.people import PersonCodes
from shared.schemas.vocabulary import Certainty, OverrideReason, PhoneOwner, Sex

PersonName = Annotated[str, Field(min_length=1, max_length=60, examples=["王秀兰"])]
Number = Annotated[
    str, Field(max_length=40, examples=["361002195203070024"]), AfterValidator(lambda value: read_number(value).value)
]
# Nobody alive was born earlier; resident numbers are read by the same bound.
BirthDate = Annotated[date, Field(ge=EARLIEST_BIRTH, examples=["1952-03-07"])]
PhoneNumber = Annotated[str, Field(max_length=40, examples=["13800000000"]), AfterValidator(read_phone)]
_DIVISION = r"^\d{9}(\d{3})?$"
DivisionCode = Annotated[
    str,
    Field(pattern=_DIVISION, examples=["361002100"]),
    written_as(
        _DIVISION,
        en="give the code of a township (nine digits) or a village (twelve), as /needs/v1/divisions lists it",
        zh="请填写乡镇（街道）的九位编码或村（社区）的十二位编码，见 /needs/v1/divisions",
    ),
]


class PhoneForm(Form):
    """A phone, and whose it is."""

    number: PhoneNumber
    owner: PhoneOwner = PhoneOwner.SELF


class CodesForm(PersonCodes):
    """A person's codes as they are written; age and sex come from the file itself, and may be sent back as read."""

    model_config = ConfigDict(extra="forbid")


def number_and_birth_agree(form: Any) -> Any:
    """A resident number holds the birth date: the two are one, or one of them is wrong."""
    if form.number and form.birth_date and read_number(form.number).birth_date != form.birth_date:
        raise ValueError(
            "the birth date is not the one in the resident number; check both | 出生日期与公民身份号码不一致，请核对"
        )
    return form


class ResidentForm(Form):
    """What is known of a person; everything but the name may come later."""

    name: PersonName
    number: Number | None = None
    birth_date: BirthDate | None = None
    sex: Sex | None = None
    phones: tuple[PhoneForm, ...] = Field(default=(), max_length=5)
    address: str | None = Field(default=None, max_length=200)
    division: DivisionCode | None = Field(default=None, description="Where they live, if not where they ask.")
    codes: CodesForm = Field(default=CodesForm(), description="Codes that eligibility rules ask for.")
    restricted: bool = False

    _number_and_birth_agree = model_validator(mode="after")(number_and_birth_agree)

    @property
    def born(self) -> date | None:
        return self.birth_date or (read_number(self.number).birth_date if self.number else None)

    @property
    def known_sex(self) -> Sex:
        return self.sex or (read_number(self.number).sex if self.number else Sex.UNKNOWN)


class ResidentRegistration(ResidentForm):
    """A new file."""

    division: DivisionCode


class ResidentEdit(Form):
    """The editable part of a file. A number or birth date that is left out stays as it is."""

    name: PersonName
    number: Number | None = None
    birth_date: BirthDate | None = None
    address: str | None = Field(default=None, max_length=200)
    division: DivisionCode
    phones: tuple[PhoneForm, ...] = Field(default=(), max_length=5)
    codes: CodesForm = CodesForm()
    restricted: bool = False

    _number_and_birth_agree = model_validator(mode="after")(number_and_birth_agree)


class PhoneView(View):
    """A phone on file."""

    number: str
    owner: PhoneOwner


class ResidentView(View):
    """A person's file, for those whose work it is."""

    id: UUID
    name: str | None
    number: str | None
    birth_date: date | None
    sex: Sex
    phones: list[PhoneView]
    address: str | None
    division: str
    station_id: UUID
    codes: PersonCodes
    restricted: bool
    version: int


class ResidentSearch(Form):
    """What is known when looking for a file; a number, or two of name, birth date and phone."""

    number: Number | None = Field(default=None, examples=["361002195203070024"])
    name: PersonName | None = None
    birth_date: date | None = None
    phone: PhoneNumber | None = None

    @model_validator(mode="after")
    def _says_enough(self) -> Self:
        if not self.number and sum(map(bool, (self.name, self.birth_date, self.phone))) < 2:
            raise ValueError(
                "give a resident number, or two of name, birth date and phone"
                " | 请提供公民身份号码，或姓名、出生日期、电话中的两项"
            )
        return self


class ResidentFound(View):
    """A file that may be the one: its id, a mask and how sure it is."""

    id: UUID
    name_mask: str
    division: str
    certainty: Certainty
    may_read: bool


class ResidentsFound(View):
    """What the search found, the surest first."""

    items: list[ResidentFound]


class ConsentForm(Form):
    """A person's word that departments may see their file for services, given or taken back."""

    given: bool
    evidence: str = Field(
        min_length=2, max_length=500, description="How it was given.", examples=["电话录音 2026-11-25 本人口头同意"]
    )


class OverrideForm(Form):
    """A lawful reason to name a person without their consent, for one need."""

    need_id: UUID
    reason: OverrideReason
    evidence: str = Field(min_length=2, max_length=500)


class ConsentView(View):
    """A consent or override as recorded."""

    id: UUID
    resident_id: UUID
    given: bool
    need_id: UUID | None
    override: OverrideReason | None
    recorded_by: str
    recorded_at: Moment


class ConsentsView(View):
    """All that was recorded, oldest first."""

    items: list[ConsentView]


class CardRequest(Form):
    """For which work a card is wanted: an accepted order, or a running need."""

    order_id: UUID | None = Field(default=None, examples=["0197f0c4-6f3a-7b5e-9d2b-0c7f3a1e5d10"])
    need_id: UUID | None = None

    @model_validator(mode="after")
    def _names_one_purpose(self) -> Self:
        if (self.order_id is None) == (self.need_id is None):
            raise ValueError("name one purpose: order_id or need_id | 请注明一个用途：order_id 或 need_id")
        return self


class CardView(View):
    """What the category lets this reader see of the person; fields that it does not are not there."""

    resident_id: UUID
    purpose: str
    fields: dict[str, Any] = Field(examples=[{"name": "王秀兰", "phones": ["13800000000"], "address": "…"}])


class CardsView(View):
    items: list[CardView]


class MessageForm(Form):
    """A message by template; its text is the platform's, its parameters the caller's."""

    template: str = Field(max_length=40, examples=["visit"])
    parameters: dict[str, Annotated[str, Field(max_length=200)]] = Field(
        default_factory=dict, max_length=8, examples=[{"when": "明天上午"}]
    )


class MessageView(View):
    """A message on its way."""

    id: UUID
    template: str
    phone_mask: str
    created_at: Moment
    sent_at: Moment | None


class TwinMessageView(View):
    """A message as the phone would show it."""

    id: UUID
    phone: str
    text: str
    received_at: Moment
