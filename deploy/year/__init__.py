"""A year of the city, played through the services' own interfaces with the settable clock.

What the desks and the map show afterwards is what was played here and nothing else: people ask, stations judge and
order, departments accept, return or stay silent, people say how it went. A seed decides it all. `FUZHOU_SAMPLE=none`
leaves it out, and production is never given one.
"""

from typing import Final

# `make run` tells whoever waits every line that begins like this.
TOLD: Final = "示例年度 Played year"
NEEDS: Final = 2000
DAYS: Final = 365
