"""Writes the legal calendar's two sheets anew from the State Council's notices, as chinesecalendar holds them.

    python -m shared.reference.calendar_from_notices 2024 2025 2026

A tool for whoever adds the next year: the package is for development only, and what the services read are the sheets.
"""

import csv
import sys
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar

# A year's days are known from the day of its notice, so that a deadline in December can reach into January.
NOTICES = {
    2024: ("国办发明电〔2023〕7号", "2023-10-25"),
    2025: ("国办发明电〔2024〕12号", "2024-11-12"),
    2026: ("国办发明电〔2025〕7号", "2025-11-04"),
}
FOLDER = Path(__file__).parent
SATURDAY = 5
FULL_NAMES = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节"}


def write_calendar(years: list[int]) -> None:
    """Both sheets: the days that a notice names, and the years that have one."""
    days = [row for year in years for row in _named_days(year)]
    header = ["date", "is_workday", "name_zh", "name_en", "valid_from", "source"]
    _write("calendar_day.csv", header, days)
    _write("calendar_year.csv", ["year", "workdays", "valid_from", "source"], [_year(year) for year in years])


def _named_days(year: int) -> list[list[str]]:
    return [_day(day) for day in _days_of(year) if _is_named(day)]


def _is_named(day: date) -> bool:
    is_off, holiday = chinese_calendar.get_holiday_detail(day)
    return holiday is not None or is_off != (day.weekday() >= SATURDAY)


def _day(day: date) -> list[str]:
    is_off, name = chinese_calendar.get_holiday_detail(day)
    holiday = chinese_calendar.Holiday(name)
    zh, en = FULL_NAMES.get(holiday.chinese, holiday.chinese), name
    if not is_off:
        zh, en = f"{zh}调休上班", f"Make-up workday for {name}"
    return [day.isoformat(), str(not is_off).lower(), zh, en, *_origin(day.year)]


def _year(year: int) -> list[str]:
    workdays = sum(chinese_calendar.is_workday(day) for day in _days_of(year))
    return [str(year), str(workdays), *_origin(year)]


def _origin(year: int) -> list[str]:
    number, published = NOTICES[year]
    return [published, f"国务院办公厅关于{year}年部分节假日安排的通知（{number}）"]


def _days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days)]


def _write(name: str, header: list[str], rows: list[list[str]]) -> None:
    with (FOLDER / name).open("w", newline="", encoding="utf-8") as sheet:
        csv.writer(sheet, lineterminator="\n").writerows([header, *rows])


if __name__ == "__main__":
    write_calendar([int(year) for year in sys.argv[1:]])
