"""How a row of a batch is answered: by its number, with one of four outcomes."""

from collections import Counter
from collections.abc import Iterable

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


def outcome_of(before: object | None, after: object) -> RowOutcome:
    """The outcome of a row that was taken: what was stored before (or nothing) against what is stored now."""
    if before is None:
        return RowOutcome.CREATED
    return RowOutcome.UNCHANGED if before == after else RowOutcome.CHANGED


def tally(outcomes: Iterable[RowOutcome]) -> dict[RowOutcome, int]:
    """How many rows of each outcome, all four always named."""
    counted = Counter(outcomes)
    return {outcome: counted[outcome] for outcome in RowOutcome}
