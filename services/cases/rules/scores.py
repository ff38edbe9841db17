"""How a person's situation is scored: domains from 1 (very bad) to 5 (good), and one figure for all of them."""

from collections.abc import Mapping

from shared.schemas.vocabulary import Outcome, Word


class Domain(Word):
    """A part of life that is assessed."""

    BODY = "body", "身体健康"
    MIND = "mind", "心理情绪"
    FAMILY = "family", "家庭关系"
    SOCIAL = "social", "社会支持"
    ECONOMY = "economy", "经济状况"
    SAFETY = "safety", "安全保护"
    LEARNING = "learning", "就学就业"
    DAILY_LIFE = "daily_life", "日常照料"


BEST = 5
# Somebody who was served can be assessed at the end; who refused, moved or died cannot.
MEASURED = frozenset({Outcome.MET, Outcome.PARTLY, Outcome.UNMET})


def overall(scores: Mapping[Domain, int]) -> int:
    """The mean of the domains in per cent of the best, so that assessments of different domains compare."""
    return round(100 * sum(scores.values()) / (BEST * len(scores)))
