"""References that people read out: a prefix, the day, six characters and a check character.

`XQ261125-7K3QF9-M`. The alphabet leaves out I, L, O and U (Crockford), and the last character is ISO/IEC 7064
MOD 37,36 over all before it, so that one wrong or two swapped characters are noticed.
"""

import secrets
from datetime import date

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECK = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def check_character(text: str) -> str:
    """ISO/IEC 7064 MOD 37,36 of the letters and digits of a text."""
    product = 36
    for character in text:
        if character not in CHECK:
            continue
        total = (product + CHECK.index(character)) % 36 or 36
        product = total * 2 % 37
    return CHECK[(37 - product) % 36]


def new_reference(prefix: str, day: date) -> str:
    """A fresh reference. A thousand million a day are possible; the unique index is the fence."""
    body = f"{prefix}{day:%y%m%d}-{''.join(secrets.choice(ALPHABET) for _ in range(6))}"
    return f"{body}-{check_character(body)}"


def normalised(written: str) -> str | None:
    """A reference as somebody typed it, made right; None if its check character is not."""
    text = written.strip().upper().replace("－", "-")
    body, _, check = text.rpartition("-")
    return text if body and check_character(body) == check else None
