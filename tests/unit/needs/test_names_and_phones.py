"""Names are found whatever dot or width was typed, and stay whole; phones have one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.needs.rules.names import masked_name, normalise_name
from services.needs.rules.phones import BadPhone, masked, read_phone

rare_names = some.text(some.characters(min_codepoint=0x20000, max_codepoint=0x323AF), min_size=1, max_size=6)


@pytest.mark.parametrize(
    "written", ["买买提•艾力", "买买提・艾力", "买买提．艾力", "买买提 · 艾力", "买买提‧艾力", "买买提\u3000·艾力"]
)
def test_every_middle_dot_finds_the_same_person(written: str) -> None:
    assert normalise_name(written) == normalise_name("买买提·艾力")


@pytest.mark.parametrize(
    ("one", "other"), [("王秀兰", "王秀蘭"), ("𠮷田", "吉田"), ("凉", "\uf979"), ("王·秀", "王秀")]
)
def test_different_names_stay_different(one: str, other: str) -> None:
    if other != "\uf979":
        assert normalise_name(one) != normalise_name(other)
    else:
        # A compatibility ideograph is, by Unicode's own canon, the same character.
        assert normalise_name(one) == normalise_name(other)


def test_latin_letters_are_found_in_any_case() -> None:
    assert normalise_name("Anna  Müller") == normalise_name("ANNA MU\u0308LLER")


@given(rare_names)
def test_rare_characters_stay_whole(name: str) -> None:
    assert len(normalise_name(name)) == len(name)
    assert masked_name(name)[0] == name[0]
    assert masked_name(name).encode()


@given(some.text(min_size=1, max_size=60))
def test_a_name_made_plain_stays_plain(name: str) -> None:
    assert normalise_name(normalise_name(name)) == normalise_name(name)


@pytest.mark.parametrize(("name", "mask"), [("王秀兰", "王**"), ("王", "王*"), ("𠮷田", "𠮷*"), ("欧阳修文", "欧***")])
def test_a_mask_shows_the_first_character_and_hides_at_least_one(name: str, mask: str) -> None:
    assert masked_name(name) == mask


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("13800000000", "13800000000"),
        ("138 0000 0000", "13800000000"),
        ("138-0000-0000", "13800000000"),
        ("+86 138 0000 0000", "13800000000"),
        ("008613800000000", "13800000000"),
        ("８６".join(["＋", "１３８００００００００"]), "13800000000"),
        ("0794-8222222", "07948222222"),
        ("（0794）8222222", "07948222222"),
        ("8222222", "07948222222"),
        ("010-66001122", "01066001122"),
    ],
)
def test_a_phone_has_one_form(written: str, read: str) -> None:
    assert read_phone(written) == read


@pytest.mark.parametrize("written", ["110", "120", "119", "12345", "12320", "12355", "12338", "12348"])
def test_a_service_number_is_nobodys(written: str) -> None:
    with pytest.raises(BadPhone, match="服务号码"):
        read_phone(written)


@pytest.mark.parametrize(
    "written",
    ["", "1380000000", "138000000000", "12800000000", "abc", "1380000000O", "400-800-1234", "0794", "-", "+86"],
)
def test_what_is_no_phone_is_refused_without_repeating_it(written: str) -> None:
    with pytest.raises(BadPhone) as refused:
        read_phone(written)
    assert not written or len(written) < 4 or written not in str(refused.value)


@given(some.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_every_mobile_is_read_and_its_mask_hides_the_middle(phone: str) -> None:
    assert read_phone(phone) == phone
    assert masked(phone) == f"{phone[:3]}****{phone[7:]}"
