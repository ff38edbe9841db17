"""What the colours of a map say: from where to where each step goes, in the layer's unit."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.console.rules.figures import Layer


@dataclass(frozen=True, slots=True)
class Key:
    """A line of the legend: a colour (or how else a place is drawn), and what it says."""

    style: str
    words: str


def legend(steps: Sequence[int], bounds: Sequence[float], layer: Layer, *, most: int) -> list[Key]:
    """A line for nothing, and for each step that begins at a bound; `most` is the darkest step."""
    found = [Key("step-1", layer.told(0.0))] if 1 in steps else []
    for place, bound in enumerate(bounds):
        following = bounds[place + 1] if place + 1 < len(bounds) else None
        found.append(Key(f"step-{place + 1 + most - len(bounds)}", _range(bound, following, layer)))
    return found


def _range(first: float, following: float | None, layer: Layer) -> str:
    if following is None:
        return f"{layer.told(first)} 及以上"
    # Counts are whole: the last one of a step is the one before the next step.
    last = following - 1 if not layer.digits and not layer.is_share else following
    if last == first:
        return layer.told(first)
    return f"{layer.number(first)}–{layer.number(last)}{layer.ending}"
