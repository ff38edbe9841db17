"""How a file of many rows is answered, whatever its rows are about: by their numbers, each with its outcome."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from pydantic import Field

from shared.schemas.forms import View
from shared.schemas.moments import Moment
from shared.schemas.vocabulary import Word


class RowOutcome(Word):
    """What became of a row. `refused` spoils no other row; the rest say whether a fact was told."""

    CREATED = "created", "已新增"
    CHANGED = "changed", "已更新"
    UNCHANGED = "unchanged", "无变化"
    REFUSED = "refused", "未收录"

    @property
    def is_told(self) -> bool:
        """Whether others hear of it: the same row sent again is no change and no fact."""
        return self in (RowOutcome.CREATED, RowOutcome.CHANGED)


class BatchStatus(Word):
    """How far a file is. What is `receiving` was not sent to its end yet: nothing of it is written."""

    RECEIVING = "receiving", "接收中"
    WORKING = "working", "处理中"
    DONE = "done", "已完成"
    FAILED = "failed", "已中止"


class RowError(View):
    """What is wrong in a row, and where (a JSON pointer); each sentence says the remedy."""

    pointer: str
    en: str
    zh: str


class RowAnswer(View):
    """What became of a row."""

    number: int = Field(description="The line, counted from 1; of CSV the row as a spreadsheet counts, header and all.")
    client_reference: str | None = Field(description="The caller's own key of the row, where it could be read.")
    outcome: RowOutcome
    id: UUID | None = Field(description="What the row stands for here; null where it was refused.")
    errors: list[RowError]


class BatchView(View):
    """A file that was taken, and how far it is."""

    id: UUID
    status: BatchStatus
    received_at: Moment
    ended_at: Moment | None
    rows: int = Field(description="Rows that the file holds; null rows and blank lines are none.")
    answered: int = Field(description="Rows that have their outcome.")
    counts: dict[RowOutcome, int] = Field(description="How many rows of each outcome so far, all four always named.")


def counts_of(outcomes: Mapping[str, int]) -> dict[RowOutcome, int]:
    """How many rows of each outcome, all four always named."""
    return {outcome: outcomes.get(outcome, 0) for outcome in RowOutcome}


def outcome_of(before: object | None, after: object) -> RowOutcome:
    """The outcome of a row that was taken: what was stored before (or nothing) against what is stored now."""
    if before is None:
        return RowOutcome.CREATED
    return RowOutcome.UNCHANGED if before == after else RowOutcome.CHANGED


def tally(outcomes: Iterable[RowOutcome]) -> dict[RowOutcome, int]:
    """How many rows of each outcome, all four always named."""
    counted = dict.fromkeys(RowOutcome, 0)
    for outcome in outcomes:
        counted[outcome] += 1
    return counted
