"""The city's calendar as its reference rows say, for tests about deadlines."""

from datetime import datetime

from shared.kit.worktime import WorkCalendar, calendar_of
from shared.reference import rows_of_table
from shared.schemas.reference import CalendarDay, CalendarYear, WorkHours


def city_calendar() -> WorkCalendar:
    days = [CalendarDay.model_validate(row.body) for row in rows_of_table("calendar_day")]
    hours = [WorkHours.model_validate(row.body) for row in rows_of_table("work_hours")]
    years = [CalendarYear.model_validate(row.body).year for row in rows_of_table("calendar_year")]
    return calendar_of(((day.date, day.is_workday) for day in days), ((h.starts, h.ends) for h in hours), years)


CALENDAR = city_calendar()


def at(written: str) -> datetime:
    """A moment in Fuzhou: `02-14 09:00` is in 2026."""
    return datetime.fromisoformat(f"2026-{written.replace(' ', 'T')}:00+08:00")
