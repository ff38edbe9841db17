"""The sample city: what departments would list and hand to stations, how stations would stand, who would work there.

Sent through the front door as their systems would send it, with accounts that everybody knows; made up, reproducible
from a seed, and marked: resources say `is_sample`, a station's operator is a slug that begins with `sample_`, and
workers are sample accounts named after their station. Sent again, it changes nothing. `FUZHOU_SAMPLE=none` leaves the
city empty, and production is never given one.
"""

from collections.abc import Mapping
from typing import Final

# `make run` tells whoever waits every line that begins like this.
TOLD: Final = "示例城市 Sample city"


def is_wanted(environment: Mapping[str, str]) -> bool:
    """Never in production; elsewhere unless somebody says `none`."""
    is_production = environment.get("FUZHOU_ENVIRONMENT", "development") == "production"
    return not is_production and environment.get("FUZHOU_SAMPLE") != "none"
