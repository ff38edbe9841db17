"""Sealed cells open where they stand and nowhere else; blind indexes find and tell nothing."""

import base64
import json
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.kit.crypto import CannotOpen, Keyring, Place

OLD, NEW, INDEX = b"o" * 32, b"n" * 32, b"i" * 32
KEYRING = Keyring(current="old", keys={"old": OLD}, index_key=INDEX)
ROTATED = Keyring(current="new", keys={"new": NEW, "old": OLD}, index_key=INDEX)
WITHOUT_OLD = Keyring(current="new", keys={"new": NEW}, index_key=INDEX)
HERE = Place("resident", "name", uuid4())
# Extension B and later lie beyond U+FFFF, where a careless encoding cuts a name in two.
rare = some.characters(min_codepoint=0x20000, max_codepoint=0x323AF)
texts = some.text(some.one_of(some.characters(exclude_categories=["Cs"]), rare), max_size=80)


@given(texts)
def test_what_was_sealed_opens_as_it_was(plain: str) -> None:
    assert KEYRING.open(KEYRING.seal(plain, HERE), HERE) == plain


@pytest.mark.parametrize(
    "elsewhere",
    [
        Place("resident", "name", uuid4()),
        Place("resident", "address", HERE.row),
        Place("consent", "name", HERE.row),
        Place("resident\x1fname", "", HERE.row),
    ],
)
def test_a_cell_copied_elsewhere_does_not_open(elsewhere: Place) -> None:
    with pytest.raises(CannotOpen):
        KEYRING.open(KEYRING.seal("王秀兰", HERE), elsewhere)


def test_any_altered_byte_is_noticed() -> None:
    sealed = KEYRING.seal("𠮷𡈽王秀兰", HERE)
    for place in range(len(sealed)):
        with pytest.raises(CannotOpen):
            KEYRING.open(sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :], HERE)


def test_a_cell_cut_short_anywhere_is_noticed() -> None:
    sealed = KEYRING.seal("王秀兰", HERE)
    for length in range(len(sealed)):
        with pytest.raises(CannotOpen):
            KEYRING.open(sealed[:length], HERE)


def test_the_same_text_is_sealed_differently_each_time() -> None:
    assert len({KEYRING.seal("王秀兰", HERE) for _ in range(50)}) == 50


def test_the_text_is_nowhere_in_its_cell() -> None:
    assert "王秀兰".encode() not in KEYRING.seal("王秀兰", HERE)


def test_after_a_rotation_old_cells_still_open() -> None:
    assert ROTATED.open(KEYRING.seal("王秀兰", HERE), HERE) == "王秀兰"


def test_after_a_rotation_new_cells_are_sealed_with_the_new_key() -> None:
    sealed = ROTATED.seal("王秀兰", HERE)
    assert WITHOUT_OLD.open(sealed, HERE) == "王秀兰"
    with pytest.raises(CannotOpen):
        KEYRING.open(sealed, HERE)


def test_without_its_key_a_cell_does_not_open() -> None:
    with pytest.raises(CannotOpen):
        WITHOUT_OLD.open(KEYRING.seal("王秀兰", HERE), HERE)


def test_a_blind_index_is_stable_across_processes_and_rotations() -> None:
    assert KEYRING.blind("number", "361002195203070024") == ROTATED.blind("number", "361002195203070024")
    assert KEYRING.blind("phone", "13800000000").hex() == "855390286403c1f90d2b307a16e82240"


def test_a_blind_index_is_of_one_purpose_and_one_key() -> None:
    other = Keyring(current="old", keys={"old": OLD}, index_key=b"j" * 32)
    found = [
        KEYRING.blind("name", "王秀兰"), KEYRING.blind("phone", "王秀兰"), KEYRING.blind("name", "王秀兰 "),
        other.blind("name", "王秀兰"), KEYRING.blind("name\x1f王", "秀兰"),
    ]  # fmt: skip
    assert len(set(found)) == len(found)
    assert all(len(index) == 16 for index in found)


@pytest.mark.parametrize(
    "changed", [{"current": "gone"}, {"keys": {"old": b"short"}}, {"index_key": b"short"}, {"keys": {}}]
)
def test_keys_that_are_not_whole_are_refused_when_the_process_starts(changed: dict[str, object]) -> None:
    given_keys = {"current": "old", "keys": {"old": OLD}, "index_key": INDEX} | changed
    with pytest.raises(ValueError, match="keys file"):
        Keyring(**given_keys)  # type: ignore[arg-type]


def test_keys_are_read_from_their_file(tmp_path: Path) -> None:
    written = {name: base64.b64encode(key).decode() for name, key in (("old", OLD), ("index", INDEX))}
    file = tmp_path / "keys.json"
    file.write_text(json.dumps({"current": "old", "keys": {"old": written["old"]}, "index_key": written["index"]}))
    assert Keyring.from_file(file).open(KEYRING.seal("王秀兰", HERE), HERE) == "王秀兰"
