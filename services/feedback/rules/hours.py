"""When people may be asked: by day, in Fuzhou's time."""

from datetime import datetime, time, timedelta

from shared.kit.clock import SHANGHAI


def next_asking_moment(moment: datetime, opens: time, closes: time) -> datetime:
    """The moment itself by day, else the next morning's beginning."""
    local = moment.astimezone(SHANGHAI)
    if opens <= local.time() < closes:
        return moment
    day = local.date() + timedelta(days=0 if local.time() < opens else 1)
    return datetime.combine(day, opens, SHANGHAI)
