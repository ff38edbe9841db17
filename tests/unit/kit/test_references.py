"""References that people read out: what is misread or mistyped is noticed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.kit.references import ALPHABET, CHECK, check_character, new_reference, normalised

days = some.dates(min_value=date(2024, 1, 1), max_value=date(2099, 12, 31))
references = some.builds(new_reference, some.sampled_from(["XQ", "GD"]), days)


@given(references)
def test_a_fresh_reference_reads_as_itself(reference: str) -> None:
    assert normalised(reference) == reference
    assert normalised(f"  {reference.lower().replace('-', '－')} ") == reference
    assert set(reference.replace("-", "")) <= set(ALPHABET), "no letter that is mistaken for another"


@given(references)
def test_any_single_wrong_character_is_noticed(reference: str) -> None:
    for place, right in enumerate(reference):
        for wrong in set(CHECK) | {"-", "中"}:
            if wrong != right:
                assert normalised(reference[:place] + wrong + reference[place + 1 :]) is None


@given(references)
def test_any_two_swapped_neighbours_are_noticed(reference: str) -> None:
    for place in range(len(reference) - 1):
        one, two = reference[place], reference[place + 1]
        if one != two:
            assert normalised(reference[:place] + two + one + reference[place + 2 :]) is None


@pytest.mark.parametrize("written", ["", "-", "XQ", "XQ261125-7K3QF9", "XQ261125-7K3QF9-", "0-0", "编号"])
def test_what_is_no_reference_is_none(written: str) -> None:
    assert normalised(written) is None


def test_the_check_character_is_that_of_iso_7064() -> None:
    # The example that ISBT 128 prints for its donation numbers.
    assert check_character("G123498654321") == "H"
