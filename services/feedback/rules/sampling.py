"""The monthly sample: whoever has the published seed and the list it was drawn from draws the same."""

import hashlib
import math
from collections.abc import Iterable
from uuid import UUID


def chosen(seed: str, population: Iterable[UUID], share: float) -> list[UUID]:
    """The surveys with the smallest SHA-256 of `seed:id`, as many as the share says, rounded up."""
    ranked = sorted(population, key=lambda id: hashlib.sha256(f"{seed}:{id}".encode()).digest())
    return ranked[: math.ceil(len(ranked) * share)]
