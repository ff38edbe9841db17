"""The lists side by side: what is asked in a place, what reaches it, and what is lacking or to spare."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Offer:
    """A resource as the lists need it; `left` is None where it is not counted."""

    category: str
    areas: tuple[str, ...]
    left: int | None

    def reaches(self, township: str) -> bool:
        return township.startswith(self.areas)


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of help in one township."""

    township: str
    category: str
    asked: int
    open: int
    resources: int
    # Reachable from here; what serves a whole county is seen from each of its townships.
    left: int | None
    # Services recorded in cases of this kind.
    given: int

    @property
    def gap(self) -> int:
        """Open needs that nothing reaching the place can take. What is not counted can take any number."""
        return max(0, self.open - self.left) if self.left is not None else 0

    @property
    def surplus(self) -> int:
        return max(0, self.left - self.open) if self.left is not None else 0


def side_by_side(
    townships: Iterable[str],
    needs: Mapping[tuple[str, str], tuple[int, int]],
    offers: Iterable[Offer],
    *,
    served: Mapping[str, Collection[str]],
    given: Mapping[tuple[str, str], int],
) -> list[Line]:
    """A line for each township and category in which anybody asks, gives or serves.

    `needs` are asked and open ones, `served` what the stations of a township list, `given` services as recorded.
    """
    by_category: dict[str, list[Offer]] = {}
    for offer in offers:
        by_category.setdefault(offer.category, []).append(offer)
    listed = {category for categories in served.values() for category in categories}
    categories = sorted({category for _, category in (*needs, *given)} | set(by_category) | listed)
    lines = []
    for township in townships:
        for category in categories:
            reaching = [offer for offer in by_category.get(category, ()) if offer.reaches(township)]
            asked, still_open = needs.get((township, category), (0, 0))
            done = given.get((township, category), 0)
            if asked or still_open or reaching or done or category in served.get(township, ()):
                lines.append(Line(township, category, asked, still_open, len(reaching), _left(reaching), done))
    return lines


def _left(offers: list[Offer]) -> int | None:
    """What is left of all; uncounted if any of them is."""
    if any(offer.left is None for offer in offers):
        return None
    return sum(offer.left or 0 for offer in offers)
