"""Eligibility: yes, no or unknown, and what is known never depends on what is not."""

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.matching.rules.eligibility import HOLDS, OPPOSITE, both, compile_tree
from services.matching.rules.person import NOBODY_KNOWN, Person
from services.matching.rules.trees import read_tree
from shared.reference.rows import rows_of_table
from shared.schemas.reference import AllOf, AnyOf, Node, Not, ResourceKind, Rule, Sentence
from shared.schemas.reference.eligibility import NUMBERS, WITH_LISTS, WORDS, EligibilityField, Operator, operators_for
from shared.schemas.vocabulary import DisabilityKind, Group, HardshipKind, IncomeClass, Sex, Verdict

BECAUSE = Sentence(zh="不符合条件", en="Not eligible")
DIVISIONS = ["3610", "361002", "361002001", "361002001001", "361024", "361024100", "361024100200"]


def rule(field: str, operator: str, value: Any, zh: str = "不符合条件") -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value, "because": {"zh": zh, "en": "Not eligible"}}


def ask(tree: dict[str, Any], **known: Any) -> Verdict:
    return compile_tree(read_tree(tree))(Person(**known)).verdict


def values_of(field: EligibilityField) -> some.SearchStrategy[Any]:
    if field in NUMBERS:
        return some.integers(0, 100) if field is EligibilityField.AGE else some.integers(1, 4)
    words = WORDS.get(field)
    return some.sampled_from(DIVISIONS if words is None else sorted(words))


def operands(field: EligibilityField, operator: Operator) -> some.SearchStrategy[Any]:
    if operator is Operator.EXISTS:
        return some.booleans()
    values = values_of(field)
    return some.lists(values, min_size=1, max_size=3).map(tuple) if operator in WITH_LISTS else values


@some.composite
def rules(draw: some.DrawFn) -> Rule:
    field = draw(some.sampled_from(sorted(EligibilityField)))
    operator = draw(some.sampled_from(sorted(operators_for(field))))
    return Rule(field=field, operator=operator, value=draw(operands(field, operator)), because=BECAUSE)


def branches(inner: some.SearchStrategy[Node]) -> some.SearchStrategy[Node]:
    parts = some.lists(inner, min_size=1, max_size=3).map(tuple)
    return some.one_of(
        parts.map(lambda nodes: AllOf(all=nodes)),
        parts.map(lambda nodes: AnyOf(any=nodes, because=BECAUSE)),
        inner.map(lambda node: Not.model_validate({"not": node, "because": BECAUSE})),
    )


trees: some.SearchStrategy[Node] = some.recursive(rules(), branches, max_leaves=8)


def whole_people() -> some.SearchStrategy[Person]:
    """People of whom everything is known."""
    drawn = {field.value: values_of(field) for field in EligibilityField}
    drawn |= {
        "groups": some.frozensets(some.sampled_from(sorted(Group))),
        "sex": some.sampled_from([Sex.MALE, Sex.FEMALE]),
        "division": some.sampled_from([code for code in DIVISIONS if len(code) == 12]),
    }
    return some.builds(Person, **drawn)


@some.composite
def people_known_in_part(draw: some.DrawFn) -> tuple[Person, Person]:
    """The same person twice: as somebody knows them, and as they are."""
    whole = draw(whole_people())
    forgotten = draw(some.sets(some.sampled_from([field.name for field in fields(Person)])))
    known = replace(whole, **dict.fromkeys(forgotten))
    if known.division is not None:
        known = replace(known, division=known.division[: draw(some.sampled_from([4, 6, 9, 12]))])
    return known, whole


def plainly(node: Node, person: Person) -> bool:
    """Two-valued logic written again, as plainly as can be."""
    match node:
        case AllOf(all=parts):
            return all(plainly(part, person) for part in parts)
        case AnyOf(any=parts):
            return any(plainly(part, person) for part in parts)
        case Not(inner=inner):
            return not plainly(inner, person)
        case Rule(field=EligibilityField.DIVISION, operator=operator, values=codes):
            covered = any(str(person.division).startswith(str(code)) for code in codes)
            return bool(node.value) if operator is Operator.EXISTS else covered == (operator in ("eq", "in"))
        case Rule():
            return HOLDS[node.operator](
                getattr(person, node.field), set(node.values) if isinstance(node.value, tuple) else node.value
            )


@given(trees, people_known_in_part())
def test_learning_more_never_turns_a_yes_into_a_no_or_back(tree: Node, person: tuple[Person, Person]) -> None:
    judge = compile_tree(tree)
    known, whole = (judge(each).verdict for each in person)
    assert known in (Verdict.UNKNOWN, whole)


@given(trees, whole_people())
def test_of_whom_everything_is_known_plain_logic_decides(tree: Node, person: Person) -> None:
    assert compile_tree(tree)(person).verdict is (Verdict.YES if plainly(tree, person) else Verdict.NO)


@given(some.lists(trees, min_size=1, max_size=3), people_known_in_part())
def test_de_morgan_holds_with_unknowns_too(parts: list[Node], person: tuple[Person, Person]) -> None:
    denied = tuple(Not.model_validate({"not": part, "because": BECAUSE}) for part in parts)
    none_of_them = Not.model_validate({"not": AnyOf(any=tuple(parts), because=BECAUSE), "because": BECAUSE})
    one = compile_tree(none_of_them)(person[0]).verdict
    assert one is compile_tree(AllOf(all=denied))(person[0]).verdict


@given(trees, people_known_in_part())
def test_denying_twice_changes_nothing(tree: Node, person: tuple[Person, Person]) -> None:
    denied = Not.model_validate({"not": tree, "because": BECAUSE})
    assert OPPOSITE[compile_tree(denied)(person[0]).verdict] is compile_tree(tree)(person[0]).verdict


@given(trees)
def test_of_whom_nothing_is_known_nothing_is_decided(tree: Node) -> None:
    assert compile_tree(tree)(NOBODY_KNOWN).verdict is Verdict.UNKNOWN


@given(trees, people_known_in_part())
def test_grounds_say_what_the_verdict_says_and_ask_only_for_what_is_missing(
    tree: Node, person: tuple[Person, Person]
) -> None:
    known = person[0]
    judgement = compile_tree(tree)(known)
    assert bool(judgement.grounds) == (judgement.verdict is not Verdict.YES)
    assert {ground.verdict for ground in judgement.grounds} <= {judgement.verdict}
    assert bool(judgement.missing) == (judgement.verdict is Verdict.UNKNOWN)
    assert all(getattr(known, field) is None or field == "division" for field in judgement.missing)


MEALS = {"all": [rule("age", "gte", 60, "须年满60周岁"), rule("hardship", "in", ["destitute"], "须为特困人员")]}


@pytest.mark.parametrize(
    ("known", "verdict"),
    [
        ({"age": 60, "hardship": HardshipKind.DESTITUTE}, Verdict.YES),
        ({"age": 59, "hardship": HardshipKind.DESTITUTE}, Verdict.NO),
        ({"age": 59}, Verdict.NO),
        ({"age": 60}, Verdict.UNKNOWN),
        ({}, Verdict.UNKNOWN),
    ],
)
def test_a_missing_value_is_unknown_unless_another_has_decided(known: dict[str, Any], verdict: Verdict) -> None:
    assert ask(MEALS, **known) is verdict


def test_only_the_sentences_that_refused_are_shown() -> None:
    judgement = compile_tree(read_tree(MEALS))(Person(age=40))
    assert [ground.because.zh for ground in judgement.grounds] == ["须年满60周岁"]


def test_an_unknown_says_which_facts_to_ask_for() -> None:
    assert compile_tree(read_tree(MEALS))(NOBODY_KNOWN).missing == ("age", "hardship")


def test_alternatives_refuse_with_their_own_sentence_and_ask_for_all_that_could_help() -> None:
    tree = {
        "any": [rule("age", "gte", 60), rule("disability_level", "lte", 2)],
        "because": {"zh": "须为老人或重残", "en": "…"},
    }
    judge = compile_tree(read_tree(tree))
    assert [ground.because.zh for ground in judge(Person(age=30, disability_level=3)).grounds] == ["须为老人或重残"]
    assert judge(Person(age=30)).missing == ("disability_level",)


def test_a_sex_that_nobody_has_stated_is_unknown() -> None:
    assert ask(rule("sex", "eq", "female"), sex=Sex.UNKNOWN) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("operator", "value", "ages"),
    [
        ("eq", 60, {60}),
        ("ne", 60, {59, 61}),
        ("lt", 60, {59}),
        ("lte", 60, {59, 60}),
        ("gt", 60, {61}),
        ("gte", 60, {60, 61}),
        ("in", [59, 61], {59, 61}),
        ("not_in", [59, 61], {60}),
    ],
)
def test_each_comparison_says_what_it_is_called(operator: str, value: Any, ages: set[int]) -> None:
    assert {age for age in (59, 60, 61) if ask(rule("age", operator, value), age=age) is Verdict.YES} == ages


def test_a_list_of_groups_that_somebody_decided_answers_no() -> None:
    tree = rule("groups", "any_of", ["left_behind_child", "orphan"])
    assert ask(tree, groups=frozenset({Group.ELDERLY})) is Verdict.NO
    assert ask(tree, groups=frozenset({Group.ELDERLY, Group.ORPHAN})) is Verdict.YES
    assert ask(tree) is Verdict.UNKNOWN


def test_what_must_be_known_is_unknown_until_it_is() -> None:
    tree = rule("disability_kind", "exists", True)
    assert ask(tree) is Verdict.UNKNOWN
    assert ask(tree, disability_kind=DisabilityKind.VISUAL) is Verdict.YES


@pytest.mark.parametrize(
    ("division", "verdict"),
    [("361002001", Verdict.YES), ("361024100", Verdict.NO), ("3610", Verdict.UNKNOWN), (None, Verdict.UNKNOWN)],
)
def test_a_division_covers_what_lies_within_and_a_coarse_one_stays_unknown(
    division: str | None, verdict: Verdict
) -> None:
    assert ask(rule("division", "eq", "361002"), division=division) is verdict
    assert ask(rule("division", "ne", "361002"), division=division) is OPPOSITE[verdict]


def test_an_offer_is_bound_by_every_tree_that_applies_to_it() -> None:
    old, poor = (
        compile_tree(read_tree(rule("age", "gte", 60))),
        compile_tree(read_tree(rule("income_class", "eq", "low"))),
    )
    assert both(old, poor)(Person(age=70, income_class=IncomeClass.HIGH)).verdict is Verdict.NO
    assert both(old)(Person(age=70)).verdict is Verdict.YES


KINDS = [row.read() for row in rows_of_table("resource_kind")]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.key))
def test_the_conditions_of_every_kind_of_resource_can_be_read_and_asked(kind: ResourceKind) -> None:
    tree = kind.model_dump(mode="json")["eligibility"]
    if tree is not None:
        assert compile_tree(read_tree(tree))(NOBODY_KNOWN).verdict is Verdict.UNKNOWN
