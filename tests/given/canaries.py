"""People who do not exist, marked so that whatever leaks of them is found."""

from typing import Any, Final

# Whatever is personal of a canary holds one of these.
BORN: Final = "1931-07-29"
COUNTIES: Final = ("361002", "361003", "361021", "361022", "361023", "361024", "361025", "361026", "361027", "361028")
NUMBERS: Final = tuple(f"{county}{BORN.replace('-', '')}" for county in COUNTIES)
MARKS: Final = ("金丝雀", "1390794", BORN, *NUMBERS)
WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def check_digit(body: str) -> str:
    """The last place of a resident number, as GB 11643 reckons it."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, body, strict=True))
    return "10X98765432"[total % 11]


class Canaries:
    """Personal data, never twice the same."""

    def __init__(self) -> None:
        self._count = self._numbers = 0

    def _next(self) -> int:
        self._count += 1
        return self._count

    def number(self) -> str:
        """A resident number that nobody has yet."""
        self._numbers += 1
        county, count = divmod(self._numbers, 1000)
        body = f"{NUMBERS[county]}{count:03}"
        return body + check_digit(body)

    def person(self, **changes: Any) -> dict[str, Any]:
        """What is known of a person, all of it marked."""
        count = self._next()
        return {
            "name": f"金丝雀{chr(0x4E00 + count % 20_000)}",
            "number": self.number(),
            "birth_date": BORN,
            "phones": [{"number": f"1390794{count % 10_000:04}", "owner": "self"}],
            "address": f"上顿渡镇金丝雀巷{count}号",
            "codes": {"groups": ["elderly", "living_alone"], "income_class": "low"},
        } | changes

    def words(self) -> str:
        """Words as somebody speaks them, marked."""
        return f"我是金丝雀，电话13907940000，一个人住，想找人送餐。（{self._next()}）"
