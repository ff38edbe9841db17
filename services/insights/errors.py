"""What insights refuses, and what to do about it."""

from shared.kit.errors import Unprocessable


class MonthsTurnedRound(Unprocessable):
    def __init__(self) -> None:
        super().__init__(
            "The last month lies before the first, or more than ten years after it. Turn them round, or ask for less.",
            zh="结束月份早于起始月份，或跨度超过十年。请调换，或缩短范围。",
            errors=[{"pointer": "#/month_to", "detail": "before month_from", "zh": "早于起始月份"}],
        )


class DayOutsideMonth(Unprocessable):
    def __init__(self) -> None:
        super().__init__(
            "The day does not lie in the month. Name one of them, or a day of that month.",
            zh="日期不在所选月份内。请只填其一，或改为该月的日期。",
            errors=[{"pointer": "#/day", "detail": "outside the month", "zh": "不在所选月份内"}],
        )
