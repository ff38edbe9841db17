"""Pictures small enough for a document: the same dots, pressed as hard as PNG allows."""

import struct
import zlib
from collections.abc import Iterator
from typing import Final

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
SIZE: Final = (1366, 768)
MOST_BYTES: Final = 200_000


def _parts(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a PNG, by name."""
    at = len(SIGNATURE)
    while at < len(picture):
        (length,) = struct.unpack(">I", picture[at : at + 4])
        yield picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        at += length + 12


def _part(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def size_of(picture: bytes) -> tuple[int, int]:
    """Width and height in dots."""
    width, height = struct.unpack(">II", dict(_parts(picture))[b"IHDR"][:8])
    return width, height


def packed(picture: bytes) -> bytes:
    """The same picture, without what nobody sees in it."""
    header = dict(_parts(picture))[b"IHDR"]
    dots = zlib.decompress(b"".join(body for name, body in _parts(picture) if name == b"IDAT"))
    return SIGNATURE + _part(b"IHDR", header) + _part(b"IDAT", zlib.compress(dots, 9)) + _part(b"IEND", b"")
