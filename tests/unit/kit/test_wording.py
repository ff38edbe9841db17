"""What a form refuses is said in both languages, with the remedy, and without the value."""

import re
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.kit.wording import Wrong, what_is_wrong, written_as

CHINESE = re.compile(r"[\u4e00-\u9fff]")


class Kind(StrEnum):
    MEALS = "meals"
    VISIT = "visit"


class Entry(BaseModel):
    number: int


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field("x", min_length=1, max_length=3)
    words: str = Field("xx", min_length=2)
    kind: Kind = Kind.MEALS
    day: date = date(2026, 11, 25)
    at: datetime | None = None
    id: UUID | None = None
    code: Annotated[str, Field(pattern=r"^\d{9}$"), written_as(r"^\d{9}$", en="give nine digits", zh="请填写九位")] = ""
    plain: str = Field("1", pattern=r"^\d$")
    most: int = Field(1, ge=1, le=200)
    entries: tuple[Entry, ...] = Field((Entry(number=1),), min_length=1)


def wrong_with(**sent: object) -> list[Wrong]:
    with pytest.raises(ValidationError) as caught:
        Form.model_validate(sent)
    return list(what_is_wrong(caught.value.errors()))


@pytest.mark.parametrize(
    ("sent", "en", "zh"),
    [
        ({"name": ""}, "empty", "请填写"),
        ({"name": "很长的名字"}, "at most 3", "最多3个字"),
        ({"words": "x"}, "at least 2", "至少2个字"),
        ({"kind": "food"}, "meals or visit", "meals、visit"),
        ({"day": "2026/11/25"}, "2026-11-25", "2026-11-25"),
        ({"at": "yesterday"}, "+08:00", "+08:00"),
        ({"id": "7"}, "copy it", "复制"),
        ({"code": "361002"}, "nine digits", "九位"),
        ({"plain": "x"}, "form", "格式"),
        ({"most": 201}, "200 or less", "不得大于 200"),
        ({"most": 0}, "1 or more", "不得小于 1"),
        ({"most": "many"}, "whole number", "整数"),
        ({"name": 7}, "in quotes", "加引号"),
        ({"entries": [7]}, "object", "对象"),
        ({"entries": {}}, "list", "列表"),
        ({"entries": []}, "at least 1", "至少填写1项"),
        ({"entries": [{}]}, "add it", "请补充"),
        ({"phone": "13800000000"}, "check its name", "核对名称"),
    ],
)
def test_the_remedy_is_said_in_both_languages(sent: dict[str, object], en: str, zh: str) -> None:
    (wrong,) = wrong_with(**sent)
    assert en in wrong.en
    assert zh in wrong.zh
    assert not CHINESE.search(wrong.en)
    assert CHINESE.search(wrong.zh)


def test_what_was_sent_is_not_repeated() -> None:
    assert "李明" not in str(wrong_with(name="李明李明", kind="李明", day="李明", most="李明", id="李明", code="李明"))


def test_a_list_is_not_called_too_short_for_an_entry_that_is_told_of() -> None:
    assert [wrong.place for wrong in wrong_with(entries=[{"number": "x"}])] == [("entries", 0, "number")]
