"""How a person's situation is scored: domains from 1 (very bad) to 5 (good), and one figure for all of them."""

from collections.abc import Mapping

from shared.schemas.vocabulary import Domain, Outcome

BEST = 5
# Somebody who was served can be assessed at the end; who refused, moved or died cannot.
MEASURED = frozenset({Outcome.MET, Outcome.PARTLY, Outcome.UNMET})


def overall(scores: Mapping[Domain, int]) -> int:
    """The mean of the domains in per cent of the best, so that assessments of different domains compare."""
    return round(100 * sum(scores.values()) / (BEST * len(scores)))
