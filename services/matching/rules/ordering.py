"""Where the platform may order by itself (自动对接): a row allows it, and triage and ranking are sure enough."""

from collections.abc import Iterable

from services.matching.rules.candidates import Ask
from services.matching.rules.ranking import Candidate
from shared.schemas.reference import OrderingRule
from shared.schemas.vocabulary import AccountKind


def allowing_rule(
    ask: Ask, best: Candidate, rules: Iterable[OrderingRule], *, triage_confidence: float
) -> OrderingRule | None:
    """The first row that allows it, or `None`: then a person of the station orders. The weaker confidence counts."""
    confidence = min(triage_confidence, best.confidence)
    return next((rule for rule in rules if _allows(rule, ask, best, confidence)), None)


def _allows(rule: OrderingRule, ask: Ask, best: Candidate, confidence: float) -> bool:
    pays = not rule.from_package_only or best.account is AccountKind.PACKAGE
    return rule.category in ask.categories and pays and confidence >= rule.minimum_confidence
