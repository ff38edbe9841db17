"""A form with a file as browsers send it (RFC 7578): its fields, and the file with its name."""

import re
from dataclasses import dataclass, field
from typing import Final

_BOUNDARY: Final = re.compile(r'boundary="?([0-9A-Za-z\'()+_,./:=?-]{1,70})"?', re.ASCII)
_NAME: Final = re.compile(r'[;\s]name="([^"]*)"')
_FILE_NAME: Final = re.compile(r'filename="([^"]*)"')


@dataclass(slots=True)
class Sent:
    """What a form holds; `file_name` is empty where no file was chosen."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    file_name: str = ""
    content: bytes = b""


def read(body: bytes, content_type: str) -> Sent:
    """The parts of a form; what cannot be read says nothing."""
    sent = Sent()
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        return sent
    # Each part lies between two boundaries, and a line end before the boundary belongs to it.
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary[1].encode())[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        _take(sent, head.decode(errors="replace"), content)
    return sent


def _take(sent: Sent, head: str, content: bytes) -> None:
    name, file_name = _NAME.search(head), _FILE_NAME.search(head)
    if file_name is not None:
        # Browsers of old sent the whole path.
        sent.file_name, sent.content = re.split(r"[\\/]", file_name[1])[-1], content
    elif name is not None:
        sent.fields.setdefault(name[1], []).append(content.decode(errors="replace"))
