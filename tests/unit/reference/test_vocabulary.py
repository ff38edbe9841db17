"""One word, one translation: in the vocabulary, and between it and the glossary."""

from collections import defaultdict
from pathlib import Path

import pytest

from shared.schemas import vocabulary
from shared.schemas.vocabulary import (
    ContactKind,
    DisabilityKind,
    OrderStatus,
    PauseReason,
    Urgency,
    Word,
)

WORDS: list[type[Word]] = [
    each for each in vars(vocabulary).values() if isinstance(each, type) and issubclass(each, Word)
]
VOCABULARIES = [words for words in WORDS if words is not Word]
GLOSSARY = (Path(__file__).parents[3] / "docs" / "glossary.md").read_text(encoding="utf-8")
# The list that they stand in gives these their sense: a department as a channel, as a provider, as a person who asks.
MANY_SENSES = {
    "department", "city", "township", "hardship", "open", "closed", "none", "social_worker", "senior", "partly", "yes",
    "no", "casework", "special",
}  # fmt: skip


@pytest.mark.parametrize("words", VOCABULARIES, ids=lambda words: words.__name__)
def test_every_word_has_a_chinese_of_its_own(words: type[Word]) -> None:
    translations = [word.zh for word in words]
    assert all(translations)
    assert len(set(translations)) == len(translations)


@pytest.mark.parametrize("words", VOCABULARIES, ids=lambda words: words.__name__)
def test_every_word_stands_in_the_glossary(words: type[Word]) -> None:
    section = GLOSSARY.split(f"### {words.__name__}\n")[1].split("\n### ")[0]
    assert [word for word in words if f"| `{word}` | {word.zh} |" not in section] == []


def test_a_word_is_translated_alike_wherever_it_stands() -> None:
    senses: dict[str, set[str]] = defaultdict(set)
    for words in VOCABULARIES:
        for word in words:
            senses[word.value].add(word.zh)
    assert {word for word, translations in senses.items() if len(translations) > 1} == MANY_SENSES


def test_a_word_travels_as_its_code() -> None:
    assert f"{Urgency.CRISIS}" == "crisis"
    assert Urgency("crisis").zh == "危机"


def test_an_order_is_spelled_as_fhir_does_at_the_edge() -> None:
    assert [OrderStatus.IN_PROGRESS.fhir, OrderStatus.ENTERED_IN_ERROR.fhir] == ["in-progress", "entered-in-error"]


def test_a_crisis_is_sorted_first() -> None:
    assert min(Urgency, key=lambda urgency: urgency.rank) is Urgency.CRISIS


def test_the_kinds_of_disability_have_the_digits_of_the_standard() -> None:
    assert [(kind.digit, kind.zh) for kind in DisabilityKind][3:6] == [
        (4, "肢体残疾"),
        (5, "智力残疾"),
        (6, "精神残疾"),
    ]


def test_an_attempt_that_reached_nobody_is_no_contact() -> None:
    assert [kind for kind in ContactKind if not kind.is_effective] == [ContactKind.ATTEMPT]


def test_three_failed_attempts_do_not_stop_the_headline_clock() -> None:
    assert [reason for reason in PauseReason if not reason.stops_headline] == [PauseReason.THREE_ATTEMPTS]
