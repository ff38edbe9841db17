"""One dated row of reference data, and the register of tables."""

from abc import abstractmethod
from datetime import date
from typing import Any, ClassVar, Self, Unpack

from pydantic import BaseModel, ConfigDict, model_validator

TABLES: dict[str, type["ReferenceBody"]] = {}


class ReferenceBody(BaseModel):
    """The root of all bodies. Defining one registers its table: `class Division(ReferenceBody, table="division")`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    table: ClassVar[str]

    def __init_subclass__(cls, *, table: str, **kwargs: Unpack[ConfigDict]) -> None:
        super().__init_subclass__(**kwargs)
        cls.table = table
        TABLES[table] = cls

    @property
    @abstractmethod
    def key(self) -> str:
        """What tells this row from the others of its table, among those valid on one day."""


class ReferenceRow(BaseModel):
    """A body with its period and its source; what a service stores, and what a change carries."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    table: str
    key: str
    valid_from: date
    valid_to: date | None = None
    source: str
    body: dict[str, Any]

    @classmethod
    def of(cls, body: ReferenceBody, *, valid_from: date, source: str, valid_to: date | None = None) -> Self:
        """The row that carries this body."""
        return cls(
            table=body.table,
            key=body.key,
            valid_from=valid_from,
            valid_to=valid_to,
            source=source,
            body=body.model_dump(mode="json"),
        )

    @model_validator(mode="after")
    def _check_period(self) -> Self:
        if not self.source.strip():
            raise ValueError("A reference row names its source. 参考数据须注明来源。")
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError("valid_to is the first day after the period. 失效日期须晚于生效日期。")
        return self

    def read(self) -> ReferenceBody:
        """The typed body; its key must be the row's."""
        if self.table not in TABLES:
            raise ValueError("There is no reference table of this name. 没有这一参考数据表。")
        body = TABLES[self.table].model_validate(self.body)
        if body.key != self.key:
            # Without the keys: what is refused is not repeated.
            raise ValueError("The body is of another key than the row. 内容与编码不一致。")
        return body
