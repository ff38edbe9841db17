"""When casework agrees with the needs that are told of; what is wrong, if not."""

from datetime import date, datetime
from typing import Any, TypeAlias

from services.cases.rules.needs import ENDED
from shared.kit.clock import local_day

Codes: TypeAlias = dict[str, Any]


def casework_as_policy_says(theirs: Codes | None, ours: Codes | None) -> str | None:
    """A need of a person on file, judged while its category was casework by policy, is part of a case."""
    if theirs is None or ours is None or ours["has_case"] or theirs["episode"] != ours["episode"]:
        return None
    if theirs["status"] in ENDED:
        return None
    if theirs["judged_at"] is None or theirs["resident_id"] is None or ours["resident_id"] is None:
        return None
    day = local_day(datetime.fromisoformat(theirs["judged_at"]))
    return "no case" if any(_holds(span, day) for span in ours["policies"] or ()) else None


def _holds(span: str, day: date) -> bool:
    begins, ends = (date.fromisoformat(each) for each in span.split("/"))
    return begins <= day < ends


def part_of_a_need(theirs: Codes | None, ours: Codes | None) -> str | None:
    """What is part of a case is an episode of a need that is there."""
    if ours is None:
        return None
    if theirs is None:
        return "a need that is not there"
    return "an episode that is not there" if ours["episode"] > theirs["episode"] else None
