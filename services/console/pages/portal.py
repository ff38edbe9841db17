"""The portal: what this is, for whom, and where everything is."""

from typing import Final

from fastapi import Request, Response

from services.console.errors import SignInNeeded
from services.console.pages.drawing import draw
from services.console.pages.room import PageRoom, house_of, signed_in
from services.console.service import portal
from services.console.service.asking import Person

SERVICES: Final = (
    ("needs", "需求", "谁在求助：居民、需求、研判与时限"),
    ("matching", "匹配", "谁能提供：部门资源、候选、资源包与工单"),
    ("cases", "个案", "谁来服务：社工站、社工与个案"),
    ("feedback", "评价", "服务如何：回访、评价、投诉与建议"),
    ("insights", "数据", "往哪里投：响应时间、指标、三张清单与热力图"),
    ("identity", "身份", "谁能做什么：账号、登录与令牌"),
)
router = PageRoom()


async def _who(request: Request) -> Person | None:
    try:
        return await signed_in(request)
    except SignInNeeded:
        return None


@router.get("/")
async def read_portal(request: Request) -> Response:
    """For anybody; in development also the accounts to try."""
    who, house = await _who(request), house_of(request)
    return await draw(
        request, "portal.html", who, services=SERVICES, health=await portal.health(house),
        trying=None if house.settings.is_production else portal.ACCOUNTS,
    )  # fmt: skip
