"""What the portal tells of the platform itself."""

import asyncio
import json
from dataclasses import dataclass
from datetime import date
from typing import Final

import httpx

from services.console.settings import Settings
from shared.kit.house import House
from shared.kit.settings import ClockMode

# Accounts to try, outside production: what they are, by their name.
ACCOUNTS: Final = (
    ("head-361002100", "社工站站长", "研判需求、下单、审批"),
    ("worker-361002100-1", "社工", "联系居民、做个案、记服务"),
    ("officer-health", "卫健部门经办人", "接单、退单、办结"),
    ("head-station-361002", "临川区社工总站", "看全区、裁定退单"),
    ("county-manager-361021", "南城县管理", "看全县"),
    ("city-manager", "市级管理", "看全市"),
    ("hotline", "热线接线员", "登记需求、回访"),
    ("administrator", "管理员", "管理账号"),
)
PATIENCE_SECONDS: Final = 1.0
# Where whoever plays a year writes how far it is.
NOTE: Final = "year.json"


@dataclass(frozen=True, slots=True)
class Playing:
    """A year that is being played: how much of it, and up to which day; none before its first day is over."""

    percent: int
    day: date | None


def playing(house: House) -> Playing | None:
    """How far the year is, as long as one is played: then the clock is the player's, and afterwards everybody's."""
    settings: Settings = house.settings  # type: ignore[assignment]
    if house.clock is not ClockMode.PLAYED or settings.home is None:
        return None
    try:
        note = json.loads((settings.home / NOTE).read_text("utf-8"))
    except FileNotFoundError:
        return None
    if note["is_done"]:
        return None
    return Playing(note["percent"], date.fromisoformat(note["day"]) if note["day"] else None)


def address(house: House) -> str:
    """The front door, as browsers and callers know it."""
    settings: Settings = house.settings  # type: ignore[assignment]
    return settings.public_address


async def health(house: House) -> dict[str, bool]:
    """Which services can do their work just now."""
    settings: Settings = house.settings  # type: ignore[assignment]
    names = [name for name in settings.services if name != "console"]
    answers = await asyncio.gather(*(_is_ready(house, settings.services[name], name) for name in names))
    return dict(zip(names, answers, strict=True))


async def _is_ready(house: House, address: str, name: str) -> bool:
    try:
        return await house.peers.is_ready(f"{address}/{name}/health/ready", seconds=PATIENCE_SECONDS)
    except httpx.HTTPError:
        return False
