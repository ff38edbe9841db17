"""Fair use: so many requests a minute for each caller or address; more are told when to come back."""

import math
import time

from fastapi import Request
from fastapi.params import Depends
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from shared.kit.errors import TooMany


def _limiter(request: Request) -> MovingWindowRateLimiter:
    # One a running service: tests and restarts begin with a clean slate.
    house = request.app.state.house
    if house.limiter is None:
        house.limiter = MovingWindowRateLimiter(MemoryStorage())
    limiter: MovingWindowRateLimiter = house.limiter
    return limiter


async def _admit(request: Request, setting: str, who: str) -> None:
    limiter, item = _limiter(request), RateLimitItemPerMinute(getattr(request.app.state.house.settings, setting))
    if not await limiter.hit(item, setting, who):
        window = await limiter.get_window_stats(item, setting, who)
        raise TooMany(max(1, math.ceil(window.reset_time - time.time())))


def per_caller(setting: str) -> Depends:
    """At most as many a minute for each signed-in caller as the setting says."""

    async def admit(request: Request) -> None:
        await _admit(request, setting, request.state.caller.subject)

    return Depends(admit)


def per_address(setting: str) -> Depends:
    """At most as many a minute from each address as the setting says."""

    async def admit(request: Request) -> None:
        await _admit(request, setting, request.client.host if request.client else "")

    return Depends(admit)
