"""Live news for what is on the screen: that something changed, and its id; the page then asks for what it may see."""

from fastapi import Request, Response
from starlette.responses import StreamingResponse

from services.console.errors import SignInNeeded
from services.console.pages.room import COOKIE, PageRoom, house_of, signed_in_here
from services.console.service.news import News
from shared.kit.edge import moment_of

router = PageRoom(prefix="/desk/news")
# Proxies that gather answers before they send them are told not to.
HEADERS = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}


@router.get("")
async def follow(request: Request) -> Response:
    """Server-sent events until the session ends, which listening does not put off. Who is signed out comes no more."""
    try:
        who = await signed_in_here(request, is_asked_for=False)
    except SignInNeeded:
        return Response(status_code=204)
    news = News(house_of(request), request.cookies[COOKIE], moment_of(request))
    return StreamingResponse(news.told(who), headers=HEADERS, media_type="text/event-stream")
