"""Phone numbers as people here say them: mobiles, Fuzhou's land lines (0794), and no service numbers."""

import re

FULL_WIDTH = str.maketrans("０１２３４５６７８９＋－（）", "0123456789+-()")
MOBILE = re.compile(r"1[3-9]\d{9}")
LANDLINE = re.compile(r"0\d{2,3}[2-9]\d{6,7}")
HOME_AREA = "0794"


class BadPhone(ValueError):
    """Says in both languages what is wrong; never holds the number itself."""


def read_phone(written: str) -> str:
    """A phone in one form: eleven digits of a mobile, or area code and land line.

    Raises:
        BadPhone: it is neither.
    """
    digits = re.sub(r"[\s()\-.]", "", written.translate(FULL_WIDTH))
    # Abroad the area code loses its 0: +86 794 … is 0794 ….
    digits = re.sub(r"^(?:\+|00)86(?=1[3-9]|0)", "", digits)
    digits = re.sub(r"^(?:\+|00)86", "0", digits)
    if MOBILE.fullmatch(digits) or LANDLINE.fullmatch(digits):
        return digits
    if re.fullmatch(r"[2-9]\d{6,7}", digits):
        return HOME_AREA + digits
    if re.fullmatch(r"1\d{2,4}", digits) or re.fullmatch(r"12[0-9]{3}", digits):
        raise BadPhone("this is a service number, not a person's | 这是服务号码，不是个人电话")
    raise BadPhone(
        "give a mobile of eleven digits, or a land line with its area code | 请填写十一位手机号，或带区号的固定电话"
    )


def masked(phone: str) -> str:
    """A phone that its owner would know again: 138****5678."""
    return f"{phone[:3]}****{phone[-4:]}"
