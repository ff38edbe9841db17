"""Two ciphers beside each other: each cell tells which one it was sealed with, and opens with no other."""

import base64
import json
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.kit import crypto
from shared.kit.ciphers import SM4GCM, CipherName
from shared.kit.crypto import CannotOpen, Keyring, Place, use_keys_file

AES, SM4, INDEX = b"a" * 32, b"s" * 16, b"i" * 32
BOTH = {"aes": AES, "sm4": SM4}
CIPHERS = {"sm4": CipherName.SM4_GCM}
WITH_AES = Keyring(current="aes", keys=BOTH, ciphers=CIPHERS, index_key=INDEX)
WITH_SM4 = Keyring(current="sm4", keys=BOTH, ciphers=CIPHERS, index_key=INDEX)
HERE = Place("resident", "name", uuid4())


def test_sm4_in_galois_mode_is_that_of_its_standard() -> None:
    """RFC 8998, appendix A.1."""
    cipher = SM4GCM(bytes.fromhex("0123456789ABCDEFFEDCBA9876543210"))
    plain = b"".join(bytes([byte]) * 8 for byte in (0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0xEE, 0xAA))
    sealed = cipher.encrypt(
        bytes.fromhex("00001234567800000000ABCD"), plain, bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
    )
    assert sealed.hex().upper() == (
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
        "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
        "83DE3541E4C2B58177E065A9BF7B62EC"
    )


@given(some.text(some.characters(exclude_categories=["Cs"]), max_size=80))
def test_what_sm4_sealed_opens_as_it_was_whichever_key_is_current(plain: str) -> None:
    sealed = WITH_SM4.seal(plain, HERE)
    assert WITH_SM4.open(sealed, HERE) == WITH_AES.open(sealed, HERE) == plain


def test_a_cell_tells_its_cipher_and_its_key() -> None:
    aes, sm4 = WITH_AES.seal("王秀兰", HERE), WITH_SM4.seal("王秀兰", HERE)
    assert (aes[0], sm4[0]) == (1, 2)
    assert WITH_AES.seals(aes)
    assert not WITH_AES.seals(sm4)
    assert aes[1:9] != sm4[1:9]


def test_any_altered_byte_of_an_sm4_cell_is_noticed() -> None:
    sealed = WITH_SM4.seal("𠮷𡈽王秀兰", HERE)
    for place in range(len(sealed)):
        with pytest.raises(CannotOpen):
            WITH_SM4.open(sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :], HERE)
        with pytest.raises(CannotOpen):
            WITH_SM4.open(sealed[:place], HERE)


def test_an_sm4_cell_copied_elsewhere_does_not_open() -> None:
    with pytest.raises(CannotOpen):
        WITH_SM4.open(WITH_SM4.seal("王秀兰", HERE), Place("resident", "address", HERE.row))


@pytest.mark.parametrize("wrong", [{"sm4": b"s" * 32, "aes": AES}, {"aes": b"a" * 16, "sm4": SM4}])
def test_a_key_has_the_length_of_its_cipher(wrong: dict[str, bytes]) -> None:
    with pytest.raises(ValueError, match="keys file"):
        Keyring(current="aes", keys=wrong, ciphers=CIPHERS, index_key=INDEX)


@pytest.fixture
def keys_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that this process follows, looked at again only where a test says so."""
    monkeypatch.setattr(crypto._Held, "keys", None)
    monkeypatch.setattr(crypto, "LOOK_EVERY_SECONDS", 3600.0)
    file = tmp_path / "keys.json"
    write(file, current="aes")
    use_keys_file(file)
    return file


def write(file: Path, *, current: str) -> None:
    known = BOTH if current == "sm4" else {"aes": AES}
    encoded = {name: base64.b64encode(key).decode() for name, key in known.items()}
    ciphers = {name: CIPHERS[name] for name in known if name in CIPHERS}
    index = base64.b64encode(INDEX).decode()
    file.write_text(json.dumps({"current": current, "keys": encoded, "ciphers": ciphers, "index_key": index}))


def test_a_key_that_another_process_read_first_is_found_in_the_file(keys_file: Path) -> None:
    sealed_by_another = WITH_SM4.seal("王秀兰", HERE)
    write(keys_file, current="sm4")
    assert crypto.unseal(sealed_by_another, HERE.table, HERE.column, HERE.row) == "王秀兰"


def test_new_cells_are_sealed_with_the_files_current_key_within_a_second(
    keys_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(keys_file, current="sm4")
    assert WITH_AES.seals(crypto.seal("王秀兰", HERE.table, HERE.column, HERE.row))
    monkeypatch.setattr(crypto, "LOOK_EVERY_SECONDS", 0.0)
    assert WITH_SM4.seals(crypto.seal("王秀兰", HERE.table, HERE.column, HERE.row))


@pytest.mark.parametrize("damage", ["{", "", '{"current": "aes"}', "[]"])
def test_a_file_that_is_not_whole_leaves_the_keys_as_they_were(
    keys_file: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    monkeypatch.setattr(crypto, "LOOK_EVERY_SECONDS", 0.0)
    keys_file.write_text(damage)
    assert crypto.unseal(WITH_AES.seal("王秀兰", HERE), HERE.table, HERE.column, HERE.row) == "王秀兰"
