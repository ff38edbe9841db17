"""Why offers were refused, so that a person reads each reason once."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

# A reason that more offers share than this is told with their number.
ALIKE: Final = 5


def reason(refused: dict[str, Any]) -> str:
    """The reason as it is read."""
    return "；".join(words["zh"] for words in refused["words"]) or str(refused["rule_zh"])


def by_reason(refused: Sequence[dict[str, Any]]) -> tuple[list[tuple[str, int]], list[dict[str, Any]]]:
    """Reasons that many share with how many, the most frequent first; and the others one by one."""
    counts = Counter(map(reason, refused))
    alike = [(words, count) for words, count in counts.most_common() if count > ALIKE]
    shared = {words for words, _ in alike}
    return alike, [each for each in refused if reason(each) not in shared]
