"""Play a year of the city, unless it is not wanted or this is production."""

import asyncio
import os
import time
from datetime import datetime, timedelta

from deploy.sample import is_wanted
from deploy.year import DAYS, NEEDS, TOLD
from deploy.year.asking import year_of
from deploy.year.player import Span, play
from deploy.year.services import Services, Tokens, addresses_from
from deploy.year.stage import Stage
from shared.kit.clock import SHANGHAI, local_day, wall_clock


async def main() -> None:
    os.nice(5)
    days, count = int(os.environ.get("FUZHOU_YEAR_DAYS", DAYS)), int(os.environ.get("FUZHOU_YEAR_NEEDS", NEEDS))
    county, seed = os.environ.get("FUZHOU_YEAR_PLACE", "3610"), os.environ.get("FUZHOU_YEAR_SEED", "2026")
    first = local_day(wall_clock()) - timedelta(days=days)
    asked = year_of(seed, first=first, count=count, days=days, county=county)
    span = Span(since=datetime.combine(first, datetime.min.time(), SHANGHAI), until=wall_clock())
    began, tenth = time.monotonic(), 0
    services = Services(addresses_from(), Tokens.from_environment())

    def say(progress: float, stage: Stage) -> None:
        nonlocal tenth
        if int(progress * 10) > tenth:
            tenth = int(progress * 10)
            seconds = time.monotonic() - began
            print(f"{TOLD} {tenth * 10}%: {stage.acts} acts ({seconds:.0f} s)", flush=True)

    stage = await play(services, asked, span, seed=seed, say=say)
    await services.release()
    await services.close()
    for why, times in stage.refused.most_common(30):
        print(f"  refused {times} x {why}", flush=True)
    print(f"{TOLD} 已就绪 is played, after {time.monotonic() - began:.0f} s.", flush=True)


if __name__ == "__main__" and is_wanted(os.environ):
    asyncio.run(main())
