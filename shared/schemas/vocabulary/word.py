"""A word of the domain: a plain string on the wire, with its one Chinese translation beside it."""

from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """Each member is written `NAME = "value", "中文"`; it travels as `"value"`, and `.zh` is the Chinese."""

    _value_: str
    zh: str

    # The default lets a type checker accept the look-up by value, `Channel("hotline")`.
    def __new__(cls, value: str, zh: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh = zh
        return member
