"""Forms of figures: numbers beside every rate."""

from typing import Annotated, Literal

from pydantic import Field

from shared.schemas.forms import View

Period = Annotated[str, Field(pattern=r"^20\d{2}(-(0[1-9]|1[0-2])|Q[1-4])$", examples=["2026-03", "2026Q1"])]
By = Literal["station", "provider", "category", "township", "county"]


class Share(View):
    """A rate with its numbers; no rate where nobody is counted."""

    numerator: int
    denominator: int
    rate: float | None

    @classmethod
    def of(cls, numerator: int, denominator: int) -> "Share":
        rate = round(numerator / denominator, 4) if denominator else None
        return cls(numerator=numerator, denominator=denominator, rate=rate)


class RatesView(View):
    """How it went for one key in a period. Who could not be reached is counted apart from who was not satisfied."""

    key: str
    resolved: int
    not_asked: int
    asked: int
    answered: int
    unreached: int
    pending: int
    is_too_few: bool = Field(description="Too few answers to show what was said to those who could tell one apart.")
    is_running: bool = Field(
        description="Answers may still come: the rates are shown to those who could tell one apart when it has ended."
    )
    response: Share | None = Field(description="响应率: somebody acted, of those who answered.")
    solved: Share | None = Field(description="解决率: solved, of those who answered.")
    partly_solved: int | None
    not_solved: int | None
    satisfaction: Share | None = Field(description="满意率: 4 or 5, of those who answered.")
    neutral: int | None
    unsatisfied: int | None


class RatesTable(View):
    """The three rates of a period by one key, over what the caller may see."""

    period: str
    by: By
    items: list[RatesView]


class VoicesView(View):
    """Complaints against the people served, and suggestions, of a period."""

    period: str
    complaints: int
    settled: int
    late: int
    per_person_served: Share
    suggestions: int
    answered: Share
    adopted: Share
