"""A file over HTTP: the body as it is, its name in a header, so that no address and no log holds it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final
from urllib.parse import quote, unquote

from fastapi import Header, Request, Response
from pydantic import Field

from shared.kit.errors import TooLarge, Unprocessable
from shared.kit.files.kinds import BY_MEDIA_TYPE, KINDS, FileKind, kind_of
from shared.kit.settings import SharedSettings

# No setting lets more in: a file is held in memory whole while it is sealed.
MOST_BYTES: Final = 32 * 1024 * 1024
NAME_HEADER: Final = "Fuzhou-File-Name"
GOOD_NAME: Final = re.compile(r"[^\x00-\x1f\x7f/\\:*?\"<>|\u2028\u2029\u202a-\u202e\u2066-\u2069]{1,120}")
UNDECLARED: Final = ("", "application/octet-stream")
TAKEN: Final = "JPEG, PNG, PDF, docx, xlsx, pptx"


class FileSettings(SharedSettings):
    """What a service with attachments reads."""

    file_max_bytes: int = Field(
        10 * 1024 * 1024, ge=1, le=MOST_BYTES, validation_alias="FUZHOU_FILE_MAX_BYTES",
        description="A larger file is answered 413.",
    )  # fmt: skip


class FileTooLarge(TooLarge):
    def __init__(self, most: int) -> None:
        super().__init__(
            f"A file has at most {most} bytes. Make it smaller (a photograph by a lower resolution), or split it.",
            zh=f"文件不得超过 {most} 字节。请压缩（照片可降低分辨率）或拆分后上传。",
        )


class FileNotTaken(Unprocessable):
    def __init__(self) -> None:
        super().__init__(
            f"This is none of the kinds that are kept ({TAKEN}; none with macros). Convert it to PDF, then send it.",
            zh="文件内容不属于可保存的类型（JPEG、PNG、PDF、docx、xlsx、pptx，且不得含宏）。请转换为 PDF 后上传。",
        )


class FileSaysOtherwise(Unprocessable):
    def __init__(self, media_type: str, endings: Sequence[str]) -> None:
        super().__init__(
            f"By its content this is {media_type}, and its name or Content-Type says otherwise. End the name with"
            f" {' or '.join(endings)}, and send that Content-Type or application/octet-stream.",
            zh=f"按内容识别为 {media_type}，与文件名或 Content-Type 不符。"
            f"请将扩展名改为 {' 或 '.join(endings)}，并使用相应的 Content-Type。",
        )


class BadFileName(Unprocessable):
    def __init__(self) -> None:
        super().__init__(
            f"{NAME_HEADER} must be the file's name in percent-encoded UTF-8: 1–120 characters, no control characters,"
            ' none of / \\ : * ? " < > |.',
            zh=f'{NAME_HEADER} 须为文件名的百分号编码（UTF-8）：1–120 个字符，不含 / \\ : * ? " < > | 及控制字符。',
        )


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that may be kept."""

    name: str
    kind: FileKind
    content: bytes


@dataclass(frozen=True, slots=True)
class Download:
    """A file on its way out."""

    name: str
    media_type: str
    content: bytes


FileName = Annotated[
    str,
    Header(
        alias=NAME_HEADER, max_length=1200,
        description="The file's name, percent-encoded UTF-8 (`encodeURIComponent`); kept encrypted.",
        examples=[quote("入户照片.jpg")],
    ),
]  # fmt: skip
# What the document says of a body that is no JSON.
FILE_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": f"The file itself: {TAKEN}.",
        "content": {kind.media_type: {"schema": {"type": "string", "format": "binary"}} for kind in KINDS},
    }
}
FILE_ANSWER: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The file, to be saved and not to be shown in the page.",
        "content": {kind.media_type: {"schema": {"type": "string", "format": "binary"}} for kind in KINDS},
    }
}


async def received(request: Request, name: str) -> Upload:
    """The file that a request brings.

    Raises:
        FileTooLarge, BadFileName, FileNotTaken, FileSaysOtherwise: it cannot be kept as it is.
    """
    content = await request.body()
    most = request.app.state.house.settings.file_max_bytes
    if len(content) > most:
        raise FileTooLarge(most)
    return checked(content, file_name_of(name), request.headers.get("content-type", ""))


def file_name_of(written: str) -> str:
    """The name that a header says.

    Raises:
        BadFileName: it is none, or one that could do harm where it is saved.
    """
    try:
        name = unquote(written, errors="strict").strip()
    except UnicodeDecodeError as wrong:
        raise BadFileName from wrong
    if not GOOD_NAME.fullmatch(name):
        raise BadFileName
    return name


def checked(content: bytes, name: str, declared: str) -> Upload:
    """A file whose content, name and declared media type say the same."""
    kind = kind_of(content)
    if kind is None:
        raise FileNotTaken
    media_type = declared.partition(";")[0].strip().lower()
    if not name.lower().endswith(kind.endings) or media_type not in (kind.media_type, *UNDECLARED):
        raise FileSaysOtherwise(kind.media_type, kind.endings)
    return Upload(name, kind, content)


def sent(file: Download) -> Response:
    """The answer that hands a file over: saved, never shown in a page, guessed at or kept on the way."""
    plain = f"file{BY_MEDIA_TYPE[file.media_type].endings[0]}"
    headers = {
        # Old clients take the plain name, all others the real one (RFC 6266).
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Response(file.content, media_type=file.media_type, headers=headers)
