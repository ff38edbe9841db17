"""The shape of eligibility: what a tree may ask, and that a senseless one is refused when it is saved."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from shared.schemas.reference import Node, rules_of

TREES: TypeAdapter[Node] = TypeAdapter(Node)
BECAUSE = {"zh": "不符合条件", "en": "Not eligible"}


def rule(field: str, operator: str, value: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value, "because": BECAUSE}


def test_a_tree_is_written_as_it_was_read() -> None:
    tree = {
        "all": [
            rule("age", "gte", 60),
            {"any": [rule("hardship", "in", ["minimum_living", "destitute"])], "because": BECAUSE},
            {"not": rule("groups", "contains", "released"), "because": BECAUSE},
        ],
        "because": None,
    }
    assert TREES.dump_python(TREES.validate_python(tree), mode="json") == tree


def test_the_rules_of_a_tree_are_found_however_deep() -> None:
    inner = {"all": [{"not": rule("sex", "eq", "male"), "because": BECAUSE}, rule("age", "lt", 18)]}
    tree = TREES.validate_python({"any": [inner, rule("division", "eq", "361002")], "because": BECAUSE})
    assert [each.field for each in rules_of(tree)] == ["sex", "age", "division"]


@pytest.mark.parametrize(
    "senseless",
    [
        rule("height", "gte", 170),
        rule("age", "about", 60),
        rule("age", "gte", "60"),
        rule("age", "gte", True),
        rule("age", "in", 60),
        rule("sex", "gte", "female"),
        rule("hardship", "eq", "poor"),
        rule("groups", "eq", "elderly"),
        rule("groups", "any_of", ["elderly", "young"]),
        rule("groups", "contains", ["elderly"]),
        rule("division", "eq", "临川区"),
        rule("hardship", "exists", "yes"),
        {**rule("age", "gte", 60), "unless": 1},
        {"not": rule("age", "gte", 60)},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(senseless: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        TREES.validate_python(senseless)


def test_whether_anything_is_known_can_be_asked_of_every_field() -> None:
    for asked in (rule("groups", "exists", True), rule("disability_level", "exists", False)):
        assert TREES.dump_python(TREES.validate_python(asked))["operator"] == "exists"
