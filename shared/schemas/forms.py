"""The two sorts of forms: what callers send (nothing unknown is taken) and what they see (nothing is left out)."""

from pydantic import BaseModel, ConfigDict


class Form(BaseModel):
    """What a caller sends."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class View(BaseModel):
    """What a caller sees."""

    model_config = ConfigDict(frozen=True, from_attributes=True)
