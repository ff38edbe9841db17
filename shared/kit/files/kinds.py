"""Which kinds of file are taken, by what their first bytes and their parts say; names and declarations must agree."""

import io
import zipfile
from dataclasses import dataclass
from typing import Final

# An Office document has dozens of parts; a listing of more is made to hurt.
MOST_PARTS: Final = 2000
MACROS: Final = "vbaproject.bin"
ZIP: Final = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind that is taken: its media type, the ends of its names, its first bytes, or the part that every one has."""

    media_type: str
    endings: tuple[str, ...]
    begins: bytes
    part: str = ""


_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
KINDS: Final = (
    FileKind("image/jpeg", (".jpg", ".jpeg"), b"\xff\xd8\xff"),
    FileKind("image/png", (".png",), b"\x89PNG\r\n\x1a\n"),
    FileKind("application/pdf", (".pdf",), b"%PDF-"),
    FileKind(f"{_OFFICE}wordprocessingml.document", (".docx",), ZIP, "word/document.xml"),
    FileKind(f"{_OFFICE}spreadsheetml.sheet", (".xlsx",), ZIP, "xl/workbook.xml"),
    FileKind(f"{_OFFICE}presentationml.presentation", (".pptx",), ZIP, "ppt/presentation.xml"),
)
BY_MEDIA_TYPE: Final = {kind.media_type: kind for kind in KINDS}


def kind_of(content: bytes) -> FileKind | None:
    """What a file is by its content alone; None where it is nothing that is taken."""
    parts = _parts(content) if content.startswith(ZIP) else frozenset[str]()
    if any(part.rpartition("/")[2].lower() == MACROS for part in parts):
        return None
    return next(
        (kind for kind in KINDS if content.startswith(kind.begins) and (not kind.part or kind.part in parts)), None
    )


def _parts(content: bytes) -> frozenset[str]:
    """The names of an archive's parts; nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    # What is no archive after all makes the reader stumble in many ways.
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError):
        return frozenset()
    return frozenset(names) if len(names) <= MOST_PARTS else frozenset()
