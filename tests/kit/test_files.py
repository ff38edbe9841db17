"""Files: what is taken by its content, what is refused, and that its address tells nothing."""

import io
import zipfile
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kit.crypto import CannotOpen, Keyring, Place, use_keyring
from shared.kit.files.keeping import digest_of
from shared.kit.files.kinds import kind_of
from shared.kit.files.receiving import (
    BadFileName,
    Download,
    FileNotTaken,
    FileSaysOtherwise,
    checked,
    file_name_of,
    sent,
)

JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 64
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
PDF = b"%PDF-1.7\n%%EOF\n"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def archive(*parts: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as written:
        for part in parts:
            written.writestr(part, "x")
    return made.getvalue()


DOCX = archive("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (JPEG, "image/jpeg"),
        (PNG, "image/png"),
        (PDF, "application/pdf"),
        (DOCX, WORD),
        (archive("xl/workbook.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (archive("ppt/presentation.xml"), "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ],
)
def test_a_file_is_what_its_content_says(content: bytes, media_type: str) -> None:
    kind = kind_of(content)
    assert kind is not None
    assert kind.media_type == media_type


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\xd8", b"MZ\x90\x00", b"<html><script>alert(1)</script>", b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        archive("a.txt"), archive("word/document.xml", "word/vbaProject.bin"), DOCX[: len(DOCX) // 2],
        archive("word/document.xml", *(f"{number}.txt" for number in range(2000))),
    ],
    ids=["nothing", "half a start", "a program", "a page", "a drawing", "an archive", "macros", "half of one", "many"],
)  # fmt: skip
def test_what_is_none_of_the_kinds_is_refused(content: bytes) -> None:
    with pytest.raises(FileNotTaken):
        checked(content, "材料.docx", WORD)


@given(st.binary(max_size=300).map(lambda tail: b"PK\x03\x04" + tail))
def test_a_damaged_archive_is_no_trouble(content: bytes) -> None:
    assert kind_of(content) is None


@pytest.mark.parametrize(
    ("name", "declared"),
    [
        ("照片.png", "image/jpeg"),
        ("照片.jpg", "image/png"),
        ("照片", ""),
        ("照片.jpg.exe", ""),
        ("照片.jpg", "text/html"),
    ],
)
def test_a_name_or_a_type_that_says_otherwise_is_refused(name: str, declared: str) -> None:
    with pytest.raises(FileSaysOtherwise):
        checked(JPEG, name, declared)


@pytest.mark.parametrize("declared", ["", "application/octet-stream", "image/jpeg", "IMAGE/JPEG; q=1"])
def test_a_type_that_is_not_said_or_is_the_right_one_is_taken(declared: str) -> None:
    assert checked(JPEG, "入户照片.JPG", declared).kind.media_type == "image/jpeg"


@pytest.mark.parametrize(
    "written",
    ["", "%20", "..%2Fpasswd.pdf", "a%00.pdf", "a%0D%0AX%3A1.pdf", "%FF.pdf", "a%E2%80%AEfdp.pdf", "a" * 117 + ".pdf"],
    ids=["none", "blank", "a path", "a NUL", "a line end", "no UTF-8", "turned round", "too long"],
)  # fmt: skip
def test_a_name_that_could_do_harm_is_refused(written: str) -> None:
    with pytest.raises(BadFileName):
        file_name_of(written)


def test_what_is_handed_over_is_saved_under_its_name_and_shown_nowhere() -> None:
    answer = sent(Download("知情同意书（王·秀兰）.pdf", "application/pdf", PDF))
    said = answer.headers["content-disposition"]
    assert said.startswith('attachment; filename="file.pdf"; filename*=UTF-8')
    assert unquote(said.rpartition("''")[2]) == "知情同意书（王·秀兰）.pdf"
    assert said.isascii()
    assert (answer.headers["x-content-type-options"], answer.headers["cache-control"]) == ("nosniff", "no-store")
    assert answer.headers["content-security-policy"].startswith("sandbox")


def ring(index: bytes) -> Keyring:
    return Keyring(current="k", keys={"k": b"k" * 32}, index_key=index * 32)


def test_the_address_of_a_content_takes_the_key(request: pytest.FixtureRequest) -> None:
    """Who has a file and not the key can not ask whether it is kept."""
    from shared.kit import crypto

    before = crypto._Held.keys
    request.addfinalizer(lambda: setattr(crypto._Held, "keys", before))
    use_keyring(ring(b"a"))
    first = digest_of(PDF)
    assert (digest_of(PDF), digest_of(JPEG) == first) == (first, False)
    use_keyring(ring(b"b"))
    assert digest_of(PDF) != first


def test_a_content_opens_at_its_own_address_only() -> None:
    keys = ring(b"a")
    sealed = keys.seal_bytes(JPEG, Place("stored_file", "content", "aa"))
    assert JPEG[:8] not in sealed
    assert keys.open_bytes(sealed, Place("stored_file", "content", "aa")) == JPEG
    with pytest.raises(CannotOpen):
        keys.open_bytes(sealed, Place("stored_file", "content", "bb"))
