"""What an answer means: whether the need begins its next episode, and when the county decides instead."""

from dataclasses import dataclass
from typing import Final

from shared.schemas.vocabulary import ReopenReason, Solved

UNSATISFIED_AT_MOST: Final = 2
SATISFIED_AT_LEAST: Final = 4
# So often an episode follows by itself, for whatever reason; after that the county decides. Needs counts the same way.
MOST_REOPENINGS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Did somebody respond, is it solved, and how satisfied is the person (1 to 5)?"""

    responded: bool
    solved: Solved
    satisfaction: int

    @property
    def complaint(self) -> ReopenReason | None:
        """Why the person is not content; None where they are."""
        if self.solved is Solved.NO:
            return ReopenReason.NOT_SOLVED
        return ReopenReason.UNSATISFIED if self.satisfaction <= UNSATISFIED_AT_MOST else None


def consequence(answer: Answer, *, episode: int, is_latest: bool) -> tuple[ReopenReason | None, bool]:
    """Why the person wishes a next episode, if they do, and whether the county must decide on it.

    An episode that was followed by another one reopens nothing: the need is being worked on already.
    """
    reason = answer.complaint
    if reason is None or not is_latest:
        return None, False
    return reason, episode > MOST_REOPENINGS
