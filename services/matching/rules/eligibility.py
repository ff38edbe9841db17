"""Who may have a resource: yes, no, or not known yet (Kleene's three-valued logic).

A tree is compiled once, `compile_tree(tree)`, and then asked for each person. What is known never depends on what is
not: filling in a missing value may settle an *unknown*, but never turns a yes into a no or back. The one path that
decides also gives the grounds, so that what is shown is what was decided.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from services.matching.rules import area
from services.matching.rules.person import Person
from shared.schemas.reference import AllOf, AnyOf, EligibilityField, Node, Not, Operator, Rule, Sentence
from shared.schemas.vocabulary import Sex, Verdict


@dataclass(frozen=True, slots=True)
class Ground:
    """One sentence that refused, or that cannot be answered yet, with the fields that somebody must ask for."""

    verdict: Verdict
    because: Sentence
    missing: tuple[EligibilityField, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict and its grounds; a yes needs none."""

    verdict: Verdict
    grounds: tuple[Ground, ...] = ()

    @property
    def missing(self) -> tuple[EligibilityField, ...]:
        """What to ask the person, each once, in the order of the tree."""
        return tuple(dict.fromkeys(field for ground in self.grounds for field in ground.missing))


Judge = Callable[[Person], Judgement]

YES: Final = Judgement(Verdict.YES)
RANK: Final = {Verdict.NO: 0, Verdict.UNKNOWN: 1, Verdict.YES: 2}
OPPOSITE: Final = {Verdict.YES: Verdict.NO, Verdict.NO: Verdict.YES, Verdict.UNKNOWN: Verdict.UNKNOWN}

HOLDS: Final[dict[Operator, Callable[[Any, Any], bool]]] = {
    Operator.EQ: operator.eq,
    Operator.NE: operator.ne,
    Operator.LT: operator.lt,
    Operator.LTE: operator.le,
    Operator.GT: operator.gt,
    Operator.GTE: operator.ge,
    Operator.IN: lambda value, wanted: value in wanted,
    Operator.NOT_IN: lambda value, wanted: value not in wanted,
    Operator.CONTAINS: lambda value, wanted: wanted in value,
    Operator.ANY_OF: lambda value, wanted: not wanted.isdisjoint(value),
    # Only what is known reaches this table, so that "must be known" holds and "must not be known" does not.
    Operator.EXISTS: lambda value, wanted: wanted,
}
DENIES: Final = frozenset({Operator.NE, Operator.NOT_IN})


def compile_tree(node: Node) -> Judge:
    """The tree as one function of a person, to be kept and asked many times."""
    match node:
        case Rule():
            return _rule(node)
        case Not():
            return _not(compile_tree(node.inner), node.because)
        case AllOf():
            return _all(tuple(map(compile_tree, node.all)), node.because)
        case AnyOf():
            return _any(tuple(map(compile_tree, node.any)), node.because)


def both(*judges: Judge) -> Judge:
    """Everything that binds one offer: the provider's, the programme's and the resource's own trees."""
    return judges[0] if len(judges) == 1 else _all(judges, None)


def _rule(rule: Rule) -> Judge:
    answers = {
        Verdict.YES: YES,
        Verdict.NO: Judgement(Verdict.NO, (Ground(Verdict.NO, rule.because),)),
        Verdict.UNKNOWN: Judgement(Verdict.UNKNOWN, (Ground(Verdict.UNKNOWN, rule.because, (rule.field,)),)),
    }
    ask = _place_question(rule) if rule.field is EligibilityField.DIVISION else _question(rule)
    return lambda person: answers[ask(person)]


def _question(rule: Rule) -> Callable[[Person], Verdict]:
    read, holds = operator.attrgetter(rule.field.value), HOLDS[rule.operator]
    wanted = frozenset(rule.values) if isinstance(rule.value, tuple) else rule.value

    def ask(person: Person) -> Verdict:
        value = read(person)
        if value is None or value is Sex.UNKNOWN:
            return Verdict.UNKNOWN
        return Verdict.YES if holds(value, wanted) else Verdict.NO

    return ask


def _place_question(rule: Rule) -> Callable[[Person], Verdict]:
    """A division holds if it covers the person's; one known too coarsely to tell stays unknown."""
    if rule.operator is Operator.EXISTS:
        return _question(rule)
    codes = tuple(str(value) for value in rule.values)
    if rule.operator in DENIES:
        return lambda person: OPPOSITE[area.coverage(codes, person.division)]
    return lambda person: area.coverage(codes, person.division)


def _all(judges: tuple[Judge, ...], because: Sentence | None) -> Judge:
    def judge(person: Person) -> Judgement:
        judgements = [each(person) for each in judges]
        verdict = min((each.verdict for each in judgements), key=RANK.__getitem__, default=Verdict.YES)
        return _conclude(verdict, judgements, because)

    return judge


def _any(judges: tuple[Judge, ...], because: Sentence) -> Judge:
    def judge(person: Person) -> Judgement:
        judgements = [each(person) for each in judges]
        verdict = max((each.verdict for each in judgements), key=RANK.__getitem__, default=Verdict.NO)
        return _conclude(verdict, judgements, because)

    return judge


def _not(inner: Judge, because: Sentence) -> Judge:
    def judge(person: Person) -> Judgement:
        judgement = inner(person)
        return _conclude(OPPOSITE[judgement.verdict], [judgement], because)

    return judge


def _conclude(verdict: Verdict, parts: list[Judgement], because: Sentence | None) -> Judgement:
    """A node's own sentence stands for its parts; without one, the parts that decided speak for themselves."""
    if verdict is Verdict.YES:
        return YES
    decisive = [part for part in parts if part.verdict is verdict]
    if because is None:
        return Judgement(verdict, tuple(ground for part in decisive for ground in part.grounds))
    missing = dict.fromkeys(field for part in decisive for field in part.missing)
    return Judgement(verdict, (Ground(verdict, because, tuple(missing)),))
