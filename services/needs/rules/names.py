"""Names: one form for finding people, whatever dot or width was typed."""

import re
import unicodedata

DOTS = str.maketrans(dict.fromkeys("•・‧∙⋅﹒．", "·"))


def normalise_name(written: str) -> str:
    """A name without spaces, in one width, with one kind of middle dot; rare characters stay as they are.

    NFC and not NFKC: compatibility folding would turn some rare ideographs into others.
    """
    folded = unicodedata.normalize("NFC", written).translate(DOTS)
    return re.sub(r"\s+", "", folded).casefold()


def masked_name(name: str) -> str:
    """A name as it may be shown to those who may not read the file: 王*."""
    return name[:1] + "*" * max(len(name) - 1, 1)
