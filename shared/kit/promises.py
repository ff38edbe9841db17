"""Promises between services: what one keeps of another's truth must agree with it, and what does not is a difference.

A promise compares two lists of subjects by id: `theirs`, as a publisher tells its standing, and `ours`, as a query of
the service's own tables. One without `theirs` is the service's own: its query finds only what is wrong.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import ModuleType
from typing import TypeAlias

from sqlalchemy.ext.asyncio import AsyncSession

from shared.kit.standing import Codes, Told


@dataclass(frozen=True, slots=True)
class Difference:
    """One subject for which a promise is broken: what is told there, what is kept here, and what is wrong."""

    promise: str
    subject: str
    theirs: Codes | None
    ours: Codes | None
    wrong: str


Judge: TypeAlias = Callable[[Codes | None, Codes | None], str | None]
Mend: TypeAlias = Callable[[AsyncSession, Difference], Awaitable[None]]


def alike(theirs: Codes | None, ours: Codes | None) -> str | None:
    """What both name must be the same."""
    if theirs is None:
        return "unknown to whom it is of"
    if ours is None:
        return "missing"
    other = [
        f"{name} {ours[name]}, there {theirs[name]}" for name in ours if ours[name] != theirs.get(name, ours[name])
    ]
    return "; ".join(other) or None


def found_wrong(theirs: Codes | None, ours: Codes | None) -> str | None:
    """The judge of a promise of one's own: whatever its query finds is wrong, and its codes say how."""
    return "; ".join(f"{name} {value}" for name, value in ours.items()) or "broken" if ours is not None else None


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A promise, how it is looked at, and how it is healed.

    `replays`: facts are taken in once more, as the publisher's log has them: those of the subject itself ("id"), or of
    the one that a code of theirs names. `mend`: a verb that puts right what no fact does. What stays wrong is raised.
    """

    name: str
    ours: Told
    theirs: str | None = None
    judge: Judge = alike
    replays: str | None = None
    mend: Mend | None = None

    @property
    def publisher(self) -> str | None:
        """Whose truth it is about; None where it is the service's own."""
        return self.theirs.split(".", 1)[0] if self.theirs is not None else None

    def replayed_by(self, difference: Difference) -> str | None:
        """Whose facts are to be taken in once more."""
        if self.replays is None or self.replays == "id":
            return self.replays and difference.subject
        told = (difference.theirs or {}).get(self.replays)
        return str(told) if told is not None else None

    def difference(self, subject: str, theirs: Codes | None, ours: Codes | None) -> Difference | None:
        """What is wrong about a subject, if anything is."""
        judge = self.judge if self.theirs is not None else found_wrong
        wrong = judge(theirs, ours) if theirs is not None or ours is not None else None
        return Difference(self.name, subject, theirs, ours, wrong) if wrong is not None else None


def promises_in(*rooms: ModuleType) -> dict[str, Promise]:
    """The promises in these modules, by name."""
    return {thing.name: thing for room in rooms for thing in vars(room).values() if isinstance(thing, Promise)}
