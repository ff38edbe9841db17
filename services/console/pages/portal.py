"""The portal: what this is, for whom, and where everything is."""

from functools import partial
from typing import Annotated, Final

from fastapi import Query, Request, Response

from services.console.pages.drawing import draw
from services.console.pages.room import Anybody, AtDesk, PageRoom, house_of
from services.console.rules.messages import pieces
from services.console.service import portal

SERVICES: Final = (
    ("needs", "需求", "谁在求助：居民、需求、研判与时限"),
    ("matching", "匹配", "谁能提供：部门资源、候选、资源包与工单"),
    ("cases", "个案", "谁来服务：社工站、社工与个案"),
    ("feedback", "评价", "服务如何：回访、评价、投诉与建议"),
    ("insights", "数据", "往哪里投：响应时间、指标、三张清单与热力图"),
    ("identity", "身份", "谁能做什么：账号、登录与令牌"),
)
# For whom this is, and what they do here.
PEOPLE: Final = (
    ("居民", "打热线、用小程序或在社工站说一句话；凭短信看进度、评价，不用登录"),
    ("社工站", "研判、找资源、下单、联系、做个案，时限看得见"),
    ("八个部门", "接单或说明原因退单，登记资源余量，按季度发资源包"),
    ("市、县区、乡镇", "看等待几天、哪里缺什么、指标到没到目标"),
    ("开发者", "做前端应用、接部门系统；每项服务都有文档和契约，令牌即用"),
)
router = PageRoom()


@router.get("/")
async def read_portal(request: Request, who: Anybody) -> Response:
    """For anybody; in development also the accounts to try, and the messages for who may read them."""
    house = house_of(request)
    trying = None if house.settings.is_production else portal.ACCOUNTS
    return await draw(
        request, "portal.html", who, services=SERVICES, people=PEOPLE, health=await portal.health(house),
        trying=trying, address=portal.address(house),
        reads_messages=trying is not None and who is not None and who.may("read_twin_messages"),
    )  # fmt: skip


@router.get("/desk/messages")
async def read_messages(
    request: Request, who: AtDesk, after: Annotated[str | None, Query(max_length=400)] = None
) -> Response:
    """What phones would show, in development; for who may read it there."""
    return await draw(
        request, "messages.html", who, page=await who.get("needs", "/messages", limit=50, after=after),
        pieces=partial(pieces, own=portal.address(house_of(request))),
    )  # fmt: skip
