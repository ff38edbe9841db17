"""What letters a file is written in: UTF-8, with a mark or without, or GB18030, as Excel saves it in China."""

import codecs
from typing import Final

KNOWN: Final = {"utf-8": "utf-8", "utf8": "utf-8", "gb18030": "gb18030", "gbk": "gb18030", "gb2312": "gb18030"}


class Letters:
    """Reads lines of bytes as text. Unless it is said, the first letters beyond ASCII tell which of the two it is."""

    def __init__(self, said: str = "") -> None:
        self._code = KNOWN.get(said.strip("\"' ").lower(), "")

    def look(self, beginning: bytes) -> bytes:
        """Look at the beginning of a file, which may end inside a letter; the beginning without its mark."""
        if beginning.startswith(codecs.BOM_UTF8):
            self._code = "utf-8"
            return beginning.removeprefix(codecs.BOM_UTF8)
        if not self._code and not beginning.isascii():
            self._code = "utf-8" if _is_utf8(beginning) else "gb18030"
        return beginning

    def read(self, line: bytes) -> str | None:
        """A line as text; None if it is none in these letters."""
        if not self._code and not line.isascii():
            self.look(line)
        try:
            return line.decode(self._code or "ascii")
        except UnicodeDecodeError:
            return None


def _is_utf8(beginning: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(beginning)
    except UnicodeDecodeError:
        return False
    return True
