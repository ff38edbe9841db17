"""Forms about providers and what they give."""

import json
from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

import orjson
from pydantic import AfterValidator, BaseModel, Field, model_validator

from services.matching.rules.area import without_overlaps
from services.matching.rules.trees import TreeNotReadable, read_tree
from shared.kit.wording import written_as
from shared.schemas.batches import RowAnswer, RowOutcome
from shared.schemas.forms import Form, View
from shared.schemas.moments import Moment
from shared.schemas.vocabulary import PointQuality, ProviderKind, ResourceStatus, Unit

_DIVISION = r"^3610(\d{2}(\d{3}(\d{3})?)?)?$"
AnyDivision = Annotated[
    str,
    Field(pattern=_DIVISION, examples=["361002"]),
    written_as(
        _DIVISION,
        en="give the code of a division of the city (3610, or six, nine or twelve digits); see /needs/v1/divisions",
        zh="请填写本市区划编码（3610，或六位、九位、十二位），见 /needs/v1/divisions",
    ),
]
ExternalId = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,80}$", examples=["meals-361002100"])]


def _readable(document: dict[str, Any] | None) -> dict[str, Any] | None:
    if document is not None:
        try:
            read_tree(document)
        except TreeNotReadable as wrong:
            english = "; ".join(f"{fault.pointer or '/'}: {fault.en}" for fault in wrong.faults)
            chinese = "".join(f"{fault.pointer or '/'}：{fault.zh}" for fault in wrong.faults)
            raise ValueError(f"{english} | {chinese}") from wrong
    return document


Eligibility = Annotated[dict[str, Any] | None, AfterValidator(_readable)]


class PointForm(Form):
    """Where it is, in WGS-84 degrees; a placeholder only holds the place on the map."""

    lng: float = Field(ge=70, le=140)
    lat: float = Field(ge=15, le=55)
    quality: PointQuality = PointQuality.KNOWN


def _can_be_kept(sent: Any) -> bool:
    try:
        # Refuses half pairs by itself, and in a tenth of the time.
        return b"\\u0000" not in orjson.dumps(sent, default=str)
    except orjson.JSONEncodeError:
        written = json.dumps(sent, ensure_ascii=False, default=str)
        return "\\u0000" not in written and not any("\ud800" <= letter <= "\udfff" for letter in written)


class ResourceForm(Form):
    """A resource as its provider lists it (HSDS service, location, service area, schedule, capacity)."""

    name: str = Field(min_length=1, max_length=120, examples=["社区老年食堂助餐"])
    category: str = Field(max_length=40, examples=["meals"])
    unit: Unit
    areas: tuple[AnyDivision, ...] = Field(
        min_length=1, max_length=300, description="Divisions that are served; each covers all below it."
    )
    division: AnyDivision | None = Field(default=None, description="Where it is given.")
    point: PointForm | None = None
    kind: str | None = Field(
        default=None, max_length=60, description="The kind of resource whose rules bind too.",
        examples=["elderly_canteen"],
    )  # fmt: skip
    eligibility: Eligibility = Field(
        default=None, description="Who may have it: a tree of all, any, not and rules.",
        examples=[
            {
                "field": "age", "operator": "gte", "value": 60,
                "because": {"zh": "须年满60周岁", "en": "Must be 60 or over"},
            }
        ],
    )  # fmt: skip
    documents: tuple[Annotated[str, Field(max_length=80)], ...] = Field(default=(), max_length=20)
    cost: str = Field(default="", max_length=200, description="What the person pays.", examples=["每餐自付2元"])
    schedule: str = Field(default="", max_length=200, examples=["周一至周五 11:00–12:30"])
    capacity: int | None = Field(
        default=None, ge=0, le=10_000_000, description="How much there is in all; leave out for what is not counted."
    )
    lead_days: int = Field(default=0, ge=0, le=365, description="Working days until it usually begins.")
    opens: date | None = Field(default=None, description="The first day.")
    closes: date | None = Field(default=None, description="The first day after it.")
    status: ResourceStatus = ResourceStatus.ACTIVE
    assured_until: date | None = Field(default=None, description="The last day for which the provider vouches.")
    is_sample: bool = Field(default=False, description="Made up, to try things.")

    @model_validator(mode="before")
    @classmethod
    def _is_text_that_can_be_kept(cls, sent: Any) -> Any:
        """One line with a letter that no database keeps must not spoil a whole file."""
        if not _can_be_kept(sent):
            raise ValueError(
                "there is a character in it that is no text (NUL or half of a pair) | 含有非文本字符，请清除后重试"
            )
        return sent

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.opens and self.closes and self.closes <= self.opens:
            raise ValueError("closes is the first day after the period; it lies after opens | closes 须晚于 opens")
        return self

    @property
    def least_areas(self) -> tuple[str, ...]:
        """The areas in the fewest codes, always in the same order."""
        return without_overlaps(self.areas)


class BatchRow(ResourceForm):
    """A line of a batch: the provider's own key, and the resource."""

    external_id: ExternalId

    @property
    def form(self) -> ResourceForm:
        return ResourceForm.model_construct(**{name: getattr(self, name) for name in ResourceForm.model_fields})


class ListingAnswer(RowAnswer):
    """What became of a row of a batch."""

    external_id: str | None = Field(description="The same as `client_reference`.")


class BatchAnswer(View):
    """What became of a batch: how many rows of each outcome, and each row. `id` is where it can be read again."""

    id: UUID
    counts: dict[RowOutcome, int]
    rows: list[ListingAnswer]


class ProviderView(View):
    slug: str
    kind: ProviderKind
    name_zh: str
    name_en: str
    short_zh: str
    since: date
    until: date | None


class ProvidersView(View):
    """Providers by slug; `next` is where to go on."""

    items: list[ProviderView]
    next: str | None


class CapacityView(View):
    """How much there is in all, how much is free outside packages, and since when that is so."""

    maximum: int
    available: int
    updated_at: Moment


class PointView(View):
    lng: float
    lat: float
    quality: PointQuality


class ResourceView(View):
    """A listing, with what is left of it."""

    id: UUID
    provider: str
    external_id: str
    kind: str | None
    name: str
    category: str
    unit: Unit
    areas: list[str]
    division: str | None
    point: PointView | None
    eligibility: dict[str, Any] | None
    documents: list[str]
    cost: str
    schedule: str
    capacity: CapacityView | None
    lead_days: int
    opens: date | None
    closes: date | None
    status: ResourceStatus
    assured_until: date | None
    quality: float | None
    is_sample: bool
    created_at: Moment
    updated_at: Moment
    version: int


class ResourcePut(ResourceView):
    """The answer to a listing that was sent: whether anything changed, and how it stands."""

    outcome: RowOutcome


class ResourceFilter(BaseModel):
    """Which listings are wanted; nothing means all."""

    provider: str | None = None
    category: str | None = None
    division: str | None = None
    status: ResourceStatus | None = None
