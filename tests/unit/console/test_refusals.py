"""Reasons are read once, however many offers share them."""

from typing import Any

from services.console.rules.refusals import by_reason


def refused(*words: str, rule: str = "服务区域") -> dict[str, Any]:
    return {"words": [{"zh": each} for each in words], "rule_zh": rule}


def test_a_reason_that_many_share_is_told_with_their_number() -> None:
    elsewhere, asked = [refused("求助人不在服务区域内")] * 6, [refused("本次需求已向其派过单")]
    assert by_reason([*elsewhere, *asked]) == ([("求助人不在服务区域内", 6)], asked)


def test_few_are_told_one_by_one_and_the_rule_stands_for_words_that_are_missing() -> None:
    few = [refused(rule="年龄条件")] * 5
    assert by_reason(few) == ([], few)
    assert by_reason(few * 2)[0] == [("年龄条件", 10)]
