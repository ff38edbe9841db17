"""When surveys and who had a hand in a need agree with what needs and matching tell; what is wrong, if not."""

from typing import Any, Final, TypeAlias

from shared.schemas.vocabulary import NeedStatus, OrderStatus

Codes: TypeAlias = dict[str, Any]
HAS_SURVEY: Final = frozenset({NeedStatus.RESOLVED, NeedStatus.CLOSED})


def episode_is_judged(theirs: Codes | None, ours: Codes | None) -> str | None:
    """A resolved episode has its survey, and a survey is of an episode that is there."""
    if theirs is None:
        return "a survey of no need"
    latest = ours["episode"] if ours is not None else 0
    if latest > theirs["episode"]:
        return "a survey of an episode that is not there"
    return "no survey" if theirs["status"] in HAS_SURVEY and latest < theirs["episode"] else None


def hands_are_known(theirs: Codes | None, ours: Codes | None) -> str | None:
    """Whoever took an order of a need had a hand in it."""
    if theirs is None:
        return "a provider that took no order"
    missing = set(theirs["providers"]) - set(ours["holders"] if ours is not None else ())
    return f"not known: {', '.join(sorted(missing))}" if missing else None


def served_as_completed(theirs: Codes | None, ours: Codes | None) -> str | None:
    """Whoever completed an order is judged for it, and nobody else."""
    is_done = theirs is not None and theirs["status"] == OrderStatus.COMPLETED
    if is_done is not (ours is not None):
        return "not known as done" if is_done else "known as done, and is not"
    return "of another provider" if theirs and ours and theirs["provider"] != ours["provider"] else None
