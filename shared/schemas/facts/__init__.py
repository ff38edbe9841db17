"""Facts: what a service says has happened, in codes only, never in names, numbers, addresses or words."""

from typing import ClassVar, Unpack

from pydantic import BaseModel, ConfigDict


class Fact(BaseModel):
    """The root of all facts. A subclass is registered by being defined.

        class OrderRejected(Fact, name="matching.order_rejected.v1", subject="order_id"): …

    `subject` names the field that orders it: facts of one subject are numbered 1, 2, 3, … `audience`, where a
    fact has one, names the field with the outside party that may read it in a feed of its own.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    REGISTRY: ClassVar[dict[str, type["Fact"]]] = {}
    name: ClassVar[str]
    subject_field: ClassVar[str]
    audience_field: ClassVar[str | None]

    def __init_subclass__(
        cls, *, name: str, subject: str, audience: str | None = None, **kwargs: Unpack[ConfigDict]
    ) -> None:
        super().__init_subclass__(**kwargs)
        cls.name, cls.subject_field, cls.audience_field = name, subject, audience
        Fact.REGISTRY[name] = cls

    @property
    def subject(self) -> str:
        return str(getattr(self, self.subject_field))

    @property
    def audience(self) -> str | None:
        return str(getattr(self, self.audience_field)) if self.audience_field else None
