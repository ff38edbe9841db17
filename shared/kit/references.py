"""References that people read out: a prefix, the day, six characters and a check character.

`XQ261125-7K3QF9-5`. The alphabet leaves out I, L, O and U (Crockford), and the last character is ISO/IEC 7064
MOD 37-2 over all before it: any one wrong character and any two swapped neighbours are noticed. (The hybrid
system MOD 37,36 lets one swap in four hundred pass.)
"""

import re
import secrets
from datetime import date

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHARACTERS = 6
CHECK = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"
FORM = re.compile(rf"[A-Z]{{2}}\d{{6}}-[{ALPHABET}]{{6}}-[{ALPHABET}]", re.ASCII)


def check_character(text: str) -> str:
    """ISO/IEC 7064 MOD 37-2 of the letters and digits of a text."""
    product = 0
    for character in text:
        if character in CHECK:
            product = (product + CHECK.index(character)) * 2 % 37
    return CHECK[(1 - product) % 37]


def new_reference(prefix: str, day: date) -> str:
    """A fresh reference. A thousand million a day are possible; the unique index is the fence."""
    while True:
        drawn = secrets.randbits(5 * CHARACTERS)
        body = f"{prefix}{day:%y%m%d}-{''.join(ALPHABET[drawn >> 5 * place & 31] for place in range(CHARACTERS))}"
        check = check_character(body)
        # One in seven would end in a letter that is mistaken for another, or in the standard's asterisk.
        if check in ALPHABET:
            return f"{body}-{check}"


def normalised(written: str) -> str | None:
    """A reference as somebody typed it, made right; None if its form or its check character is not."""
    text = written.strip().upper().replace("－", "-")
    return text if FORM.fullmatch(text) and check_character(text[:-2]) == text[-1] else None
