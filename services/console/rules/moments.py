"""Times as people write them, in Shanghai's day."""

from datetime import datetime, timedelta
from typing import Final

from shared.kit.clock import SHANGHAI

WEEKDAYS: Final = "一二三四五六日"
MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR


def parsed(moment: str | datetime | None) -> datetime | None:
    """A moment of an answer, in local time."""
    if moment is None or moment == "":
        return None
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return at.astimezone(SHANGHAI)


def told(moment: str | datetime | None, *, now: datetime) -> str:
    """`今天 14:30`, `昨天 09:05`, `11月28日 周六 09:00`, with the year where it is another one."""
    at = parsed(moment)
    if at is None:
        return "—"
    today = now.astimezone(SHANGHAI).date()
    days = (at.date() - today).days
    near = {0: "今天", 1: "明天", 2: "后天", -1: "昨天"}.get(days)
    if near:
        return f"{near} {at:%H:%M}"
    year = "" if at.year == today.year else f"{at.year}年"
    return f"{year}{at.month}月{at.day}日 周{WEEKDAYS[at.weekday()]} {at:%H:%M}"


def length(span: timedelta) -> str:
    """A length in the two largest units that say enough: `2天3小时`, `45分钟`."""
    seconds = abs(int(span.total_seconds()))
    if seconds < MINUTE:
        return "不到1分钟"
    if seconds < HOUR:
        return f"{seconds // MINUTE}分钟"
    if seconds < DAY:
        minutes = seconds % HOUR // MINUTE
        return f"{seconds // HOUR}小时" + (f"{minutes}分钟" if minutes else "")
    hours = seconds % DAY // HOUR
    return f"{seconds // DAY}天" + (f"{hours}小时" if hours else "")
