"""What is wrong with a form, in both languages and with the remedy. The values themselves are never repeated."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from pydantic import BeforeValidator

Place = tuple[int | str, ...]

_DATE: Final = ("write a date as 2026-11-25", "日期请写作 2026-11-25 的形式")
_TIME: Final = ("write a time as 2026-11-25T09:00:00+08:00", "时间请写作 2026-11-25T09:00:00+08:00 的形式")
_OBJECT: Final = ("this must be an object: {...}", "此处应为对象：{...}")
_LIST: Final = ("this must be a list: [...]", "此处应为列表：[...]")
_WHOLE: Final = ("this must be a whole number, without quotes", "应为整数，不加引号")
_NUMBER: Final = ("this must be a number, without quotes", "应为数字，不加引号")
_YES_OR_NO: Final = ("this must be true or false, without quotes", "应为 true 或 false，不加引号")

# By the kind that pydantic names; `%(…)s` is a limit of the form, never what was sent.
_WORDS: Final[dict[str, tuple[str, str]]] = {
    "missing": ("this is required; add it", "缺少此项，请补充"),
    "extra_forbidden": (
        "there is no such field here; check its name, or leave it out",
        "没有这一项，请核对名称，或去掉",
    ),
    "string_too_short": ("write at least %(min_length)s characters", "至少%(min_length)s个字，请补充"),
    "string_too_long": ("write at most %(max_length)s characters", "最多%(max_length)s个字，请缩短"),
    "string_pattern_mismatch": ("this is not of the form %(pattern)s", "格式不符，应为 %(pattern)s"),
    "string_type": ("this must be text, in quotes", "应为文字，加引号"),
    "too_short": ("give at least %(min_length)s", "至少填写%(min_length)s项"),
    "too_long": ("give at most %(max_length)s", "最多填写%(max_length)s项"),
    "greater_than_equal": ("give %(ge)s or more", "不得小于 %(ge)s"),
    "greater_than": ("give more than %(gt)s", "须大于 %(gt)s"),
    "less_than_equal": ("give %(le)s or less", "不得大于 %(le)s"),
    "less_than": ("give less than %(lt)s", "须小于 %(lt)s"),
    "timezone_aware": (
        "a time needs its offset: 2026-11-25T09:00:00+08:00",
        "时间须带时区，例如 2026-11-25T09:00:00+08:00",
    ),
    "uuid_parsing": ("this is not an id; copy it from an answer", "不是有效的编号（UUID），请从回答中复制"),
    "uuid_type": ("this is not an id; copy it from an answer", "不是有效的编号（UUID），请从回答中复制"),
    "enum": ("write one of %(expected)s", "不是可选值，可填：%(expected)s"),
    "literal_error": ("write one of %(expected)s", "不是可选值，可填：%(expected)s"),
    **dict.fromkeys(("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"), _DATE),
    **dict.fromkeys(("datetime_type", "datetime_parsing", "datetime_from_date_parsing"), _TIME),
    **dict.fromkeys(("model_type", "model_attributes_type", "dict_type"), _OBJECT),
    **dict.fromkeys(("list_type", "tuple_type", "set_type", "frozen_set_type"), _LIST),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), _WHOLE),
    **dict.fromkeys(("float_type", "float_parsing"), _NUMBER),
    **dict.fromkeys(("bool_type", "bool_parsing"), _YES_OR_NO),
}
_BODY: Final = (
    "the body must be an object, {...}, sent as application/json",
    "请求体应为对象 {...}，以 application/json 发送",
)
_EMPTY: Final = ("this must not be empty; fill it in", "不能为空，请填写")


class Wrong(NamedTuple):
    """One thing that is wrong: where, and what to do."""

    place: Place
    en: str
    zh: str


def what_is_wrong(found: Iterable[Mapping[str, Any]]) -> Sequence[Wrong]:
    """Pydantic's findings in our words. A list is not called too short for entries that are told of already."""
    findings = list(found)
    places: list[Place] = [tuple(each["loc"]) for each in findings]
    return [
        Wrong(place, *_say(each))
        for place, each in zip(places, findings, strict=True)
        if not (each["type"] == "too_short" and any(_lies_within(other, place) for other in places))
    ]


def written_as(pattern: str, *, en: str, zh: str) -> BeforeValidator:
    """Words for a text that does not have its form; the pattern itself stands in the field, for the contract."""

    def check(value: object) -> object:
        if isinstance(value, str) and not re.search(pattern, value):
            raise ValueError(f"{en} | {zh}")
        return value

    return BeforeValidator(check)


def both_languages(message: str) -> tuple[str, str]:
    """What our own checks say: "English | 中文", or "English. 中文。", cut before the first Chinese character."""
    english, _, chinese = message.partition(" | ")
    if not chinese:
        cut = next((place for place, letter in enumerate(message) if "\u4e00" <= letter <= "\u9fff"), len(message))
        english, chinese = message[:cut].strip(), message[cut:].strip()
    return english, chinese


def _say(found: Mapping[str, Any]) -> tuple[str, str]:
    limits = found.get("ctx", {})
    english, chinese = both_languages(str(found["msg"]).removeprefix("Value error, "))
    if chinese:
        return english, chinese
    if found["type"] == "model_attributes_type" and tuple(found["loc"]) == ("body",):
        return _BODY
    if found["type"] == "string_too_short" and limits["min_length"] == 1:
        return _EMPTY
    words = _WORDS.get(found["type"])
    if words is None:
        return english, f"内容有误（{english}）"
    en, zh = choices(limits)
    return words[0] % {**limits, "expected": en}, words[1] % {**limits, "expected": zh}


def choices(limits: Mapping[str, Any]) -> tuple[str, str]:
    """The values that may be chosen, as a list in English and in Chinese."""
    english = str(limits.get("expected", "")).replace("'", "")
    return english, english.replace(", ", "、").replace(" or ", "、")


def _lies_within(place: Place, outer: Place) -> bool:
    return len(place) > len(outer) and place[: len(outer)] == outer
