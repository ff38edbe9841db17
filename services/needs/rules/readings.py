"""What the trail calls a reading, in words."""

from shared.schemas.vocabulary import Word


class ReadingAct(Word):
    """How somebody looked at what is personal about a need."""

    READ_WORDS = "read_words", "查看原话"
    READ_CARD = "read_card", "查看信息卡"
    READ_PROOF = "read_proof", "查看暂停依据"
    READ_RESIDENT = "read_resident", "查看居民档案"
    EDIT_RESIDENT = "edit_resident", "更正居民档案"


def words_of(act: str) -> str:
    """An act in Chinese; one that has no words yet is shown by its code."""
    return ReadingAct(act).zh if act in set(ReadingAct) else act
