"""When two needs are one matter, so that the second may go on in the first."""

from dataclasses import dataclass
from uuid import UUID

TOWNSHIP_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Matter:
    """Whose it is, where, and about what; nobody and nothing where that is not known yet."""

    resident_id: UUID | None
    division: str
    category: str | None


def is_same_matter(one: Matter, other: Matter) -> bool:
    """The same person's, or near duplicates: nobody is named in one, and place and category do not differ."""
    if one.resident_id is not None and other.resident_id is not None:
        return one.resident_id == other.resident_id
    same_place = one.division[:TOWNSHIP_DIGITS] == other.division[:TOWNSHIP_DIGITS]
    return same_place and (one.category == other.category or None in (one.category, other.category))
