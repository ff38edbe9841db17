"""When what is kept of others' orders, cases and surveys agrees with what they tell of them; what is wrong, if not."""

from typing import Any, Final, TypeAlias

from services.needs.rules.moves import REOPENED
from shared.schemas.vocabulary import NeedStatus, OrderStatus

Codes: TypeAlias = dict[str, Any]
RUNS: Final = frozenset({OrderStatus.ACCEPTED, OrderStatus.IN_PROGRESS, OrderStatus.ON_HOLD})
# Standing still is heard of or not; for a need it is being served either way.
AS_HEARD: Final = {OrderStatus.ON_HOLD: OrderStatus.IN_PROGRESS}


def _heard(status: str) -> OrderStatus:
    known = OrderStatus(status)
    return AS_HEARD.get(known, known)


def order_as_told(theirs: Codes | None, ours: Codes | None) -> str | None:
    """An order is of the need, with the provider, at the status that matching tells."""
    if theirs is None:
        return "unknown to matching"
    if ours is None:
        return "missing"
    if _heard(theirs["status"]) is not _heard(ours["status"]):
        return f"status {ours['status']}, there {theirs['status']}"
    other = [name for name in ("need_id", "provider") if theirs[name] != ours[name]]
    return f"another {other[0]}" if other else None


def card_as_ordered(theirs: Codes | None, ours: Codes | None) -> str | None:
    """A card is open exactly to the provider of an order that runs for a person on file."""
    runs = theirs is not None and theirs["resident_id"] is not None and theirs["status"] in RUNS
    is_open = ours is not None and ours["is_open"]
    if runs is not is_open:
        return "open without a running order" if is_open else "closed to a running order"
    is_other = theirs is not None and ours is not None and theirs["provider"] != ours["provider"]
    return "open to another provider" if is_other and is_open else None


def case_is_theirs(theirs: Codes | None, ours: Codes | None) -> str | None:
    """The case that a need names has it; one that was opened for the need is named."""
    if ours is None:
        return "part of a case, and no need"
    named, cases = ours["case_id"], theirs["cases"] if theirs is not None else []
    if named is not None:
        return None if named in cases else "a case that does not have it"
    return "its case is not known" if theirs is not None and theirs["was_opened"] else None


def contact_counted(theirs: Codes | None, ours: Codes | None) -> str | None:
    """Every contact of casework is known, and those that count stopped the headline clock."""
    if ours is None:
        return "contacts of no need"
    told = len(theirs["contacts"]) if theirs is not None else 0
    if told != ours["count"]:
        return f"{ours['count']} contacts, there {told}"
    return "the headline clock runs on" if ours["left_running"] else None


def judged(theirs: Codes | None, ours: Codes | None) -> str | None:
    """An ended survey closes its need; one that reopens begins the next episode, or waits for the county."""
    if theirs is None:
        return None
    if ours is None:
        return "a survey of no need"
    if ours["episode"] != theirs["episode"]:
        return None if ours["episode"] > theirs["episode"] else "an episode that is not there"
    status = NeedStatus(ours["status"])
    if theirs["is_over"] and status is NeedStatus.RESOLVED:
        return "not closed"
    decided = ours["awaits_county"] or ours["was_declined"]
    return "not reopened" if theirs["reopens"] and status in REOPENED and not decided else None
