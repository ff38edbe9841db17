"""Reading a tree that somebody saves: every fault with its place, in both languages."""

from typing import Any

import pytest

from services.matching.rules.trees import TreeFault, TreeNotReadable, read_tree

BECAUSE = {"zh": "须年满60周岁", "en": "60 or over"}
OLD: dict[str, Any] = {"field": "age", "operator": "gte", "value": 60, "because": BECAUSE}


def faults_of(document: object) -> tuple[TreeFault, ...]:
    with pytest.raises(TreeNotReadable) as refused:
        read_tree(document)
    return refused.value.faults


def pointers_of(document: object) -> list[str]:
    return [fault.pointer for fault in faults_of(document)]


def test_a_sound_tree_is_read() -> None:
    tree = {"all": [OLD, {"not": {**OLD, "value": 80}, "because": BECAUSE}]}
    assert read_tree(tree).model_dump(mode="json", exclude_none=True) == tree


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ({**OLD, "field": "height"}, "/field"),
        ({**OLD, "operator": "about"}, "/operator"),
        ({"all": [OLD, {**OLD, "field": "height"}]}, "/all/1/field"),
        (
            {"any": [OLD, {"not": {**OLD, "operator": "about"}, "because": BECAUSE}], "because": BECAUSE},
            "/any/1/not/operator",
        ),
        ({"all": [{**OLD, "value": "sixty"}]}, "/all/0"),
        ({"any": [OLD]}, "/because"),
        ({**OLD, "colour": "red"}, "/colour"),
        ({**OLD, "because": {"zh": "须年满60周岁"}}, "/because/en"),
        ("age >= 60", ""),
        ({}, ""),
        ({"all": [OLD, {"and": [OLD]}]}, "/all/1"),
    ],
)
def test_a_fault_is_told_with_its_place(document: object, pointer: str) -> None:
    assert pointer in pointers_of(document)


def test_an_unknown_word_is_told_with_the_words_that_are_known() -> None:
    fault = faults_of({**OLD, "field": "height"})[0]
    assert "height" in fault.en
    assert "write one of age, sex, " in fault.en
    assert "可用取值为 age、sex、" in fault.zh
    assert "不认识「height」" in fault.zh


def test_a_fault_of_the_contract_is_told_in_one_language_at_a_time() -> None:
    fault = faults_of({**OLD, "operator": "contains"})[0]
    assert fault.en == "age is compared with one of: eq, exists, gt, gte, in, lt, lte, ne, not_in."
    assert fault.zh == "该字段不支持此比较方式，可用：eq、exists、gt、gte、in、lt、lte、ne、not_in。"


def test_all_faults_are_told_at_once() -> None:
    document = {"all": [{**OLD, "field": "height"}, {**OLD, "operator": "about"}]}
    assert pointers_of(document) == ["/all/0/field", "/all/1/operator"]


def test_an_empty_list_of_conditions_is_refused_for_it_decides_nothing() -> None:
    assert pointers_of({"all": [OLD, {"any": [], "because": BECAUSE}]}) == ["/all/1/any"]


def test_a_tree_may_be_eight_levels_deep_and_no_more() -> None:
    deep: dict[str, Any] = OLD
    for _ in range(7):
        deep = {"not": deep, "because": BECAUSE}
    read_tree(deep)
    assert "levels" in faults_of({"not": deep, "because": BECAUSE})[0].en


def test_a_tree_too_deep_or_too_large_is_refused_before_it_is_read() -> None:
    deep: dict[str, Any] = OLD
    for _ in range(5_000):
        deep = {"not": deep, "because": BECAUSE}
    assert "levels" in faults_of(deep)[0].en
    assert "100" in faults_of({"all": [OLD] * 200})[0].zh
