"""When what is kept of needs agrees with what needs tells; what is wrong, if not."""

from typing import Any, Final, TypeAlias

from shared.schemas.vocabulary import NeedStatus

Codes: TypeAlias = dict[str, Any]
ENDED_NEEDS: Final = frozenset(NeedStatus) - {
    NeedStatus.REGISTERED, NeedStatus.TRIAGED, NeedStatus.ORDERED, NeedStatus.WAITING, NeedStatus.IN_SERVICE,
}  # fmt: skip
SAME: Final = ("episode", "category", "division", "station_id", "urgency")


def need_as_told(theirs: Codes | None, ours: Codes | None) -> str | None:
    """A need is known as it is told; of one that goes on, only that it goes on, for not each of its steps is heard."""
    if theirs is None:
        return "unknown to needs"
    if ours is None:
        return "missing"
    told, known = NeedStatus(theirs["status"]), NeedStatus(ours["status"])
    if told is not known and (told in ENDED_NEEDS or known in ENDED_NEEDS):
        return f"status {known}, there {told}"
    other = [f"{name} {ours[name]}, there {theirs[name]}" for name in SAME if ours[name] != theirs[name]]
    return "; ".join(other) or None
