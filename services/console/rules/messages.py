"""A text message as a page shows it: words, and links of this platform that can be opened."""

import re
from typing import Final

LINK: Final = re.compile(r"https?://[^\s，。；、（）]+")


def pieces(text: str, *, own: str) -> list[tuple[str, str]]:
    """(words, address) in their order; the address is empty for words, and for links that lead elsewhere."""
    found: list[tuple[str, str]] = []
    at = 0
    for link in LINK.finditer(text):
        found.append((text[at : link.start()], ""))
        # Followed on the same site, whichever name of it this browser uses.
        path = link[0].removeprefix(own) if link[0].startswith(f"{own}/") else ""
        found.append((link[0], path))
        at = link.end()
    found.append((text[at:], ""))
    return [each for each in found if each[0]]
