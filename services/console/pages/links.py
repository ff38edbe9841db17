"""Pages that people open from a message, on a phone, without signing in: where a need stands, and how it went.

The address is the credential: it is written nowhere on the page, in no log, and no other page is told of it.
"""

from typing import Annotated, Any, Final

from fastapi import Path, Request, Response

from services.console.errors import Refused
from services.console.pages.drawing import draw
from services.console.pages.room import LONGEST_FORM, Form, PageRoom, fields_of, house_of, moment
from services.console.service.asking import Person, passer_by
from shared.kit.edge import moment_of
from shared.schemas.vocabulary import NeedStatus, Solved

# A link that was cut on its way is refused in the same few words.
Token = Annotated[str, Path(max_length=200, pattern="^[A-Za-z0-9_-]+$")]
NO_SUCH_LINK: Final = "链接无效。请从短信中原样打开；打不开时，请拨打服务热线。"
SCORES: Final = ((5, "非常满意"), (4, "满意"), (3, "一般"), (2, "不满意"), (1, "很不满意"))
# How far a need has come, in the steps that people see.
STEPS: Final[tuple[tuple[str, frozenset[NeedStatus]], ...]] = (
    ("已登记", frozenset({NeedStatus.REGISTERED})),
    ("正在安排", frozenset({NeedStatus.TRIAGED, NeedStatus.ORDERED, NeedStatus.WAITING})),
    ("正在服务", frozenset({NeedStatus.IN_SERVICE})),
    ("已办结", frozenset({NeedStatus.RESOLVED, NeedStatus.CLOSED})),
)
router = PageRoom()


def _passer_by(request: Request) -> Person:
    address = request.client.host if request.client else ""
    return passer_by(house_of(request), address=address, at=moment(request), played_at=moment_of(request))


async def _told(request: Request, title: str, words: str, *, status: int = 200) -> Response:
    """A page that only says something."""
    return await draw(request, "told.html", None, status=status, title=title, told_words=words)


async def _told_refusal(request: Request, title: str, refused: Refused) -> Response:
    if refused.status in (404, 422):
        return await _told(request, title, NO_SUCH_LINK, status=404)
    return await _told(request, title, refused.detail_zh, status=refused.status)


@router.get("/track/{token}")
async def follow(request: Request, token: Token) -> Response:
    """Where a need stands, in few words."""
    try:
        need = await _passer_by(request).get("needs", f"/track/{token}")
    except Refused as refused:
        return await _told_refusal(request, "办理进度", refused)
    at = next((place for place, (_, statuses) in enumerate(STEPS) if need["status"] in statuses), None)
    return await draw(request, "track.html", None, need=need, steps=[words for words, _ in STEPS], at=at)


@router.get("/survey/{token}")
async def ask(request: Request, token: Token) -> Response:
    """Three questions; once answered there is only a thank-you."""
    try:
        survey = await _passer_by(request).get("feedback", f"/surveys/{token}")
    except Refused as refused:
        return await _told_refusal(request, "服务评价", refused)
    if survey["is_answered"]:
        return await _told(request, "服务评价", "谢谢您，该评价已提交。")
    return await _survey(request, Form({}))


async def _survey(request: Request, filled: Form, *, missing: frozenset[str] = frozenset()) -> Response:
    return await draw(
        request, "survey.html", None, status=422 if missing else 200, filled=filled, missing=missing, scores=SCORES,
        solved=Solved,
    )  # fmt: skip


@router.post("/survey/{token}")
async def answer(request: Request, token: Token) -> Response:
    """The form as any browser sends it. The link itself is what makes it theirs."""
    form = Form(fields_of((await request.body())[:LONGEST_FORM]))
    missing = frozenset(name for name in ("responded", "solved", "satisfaction") if not form.get(name))
    if missing:
        return await _survey(request, form, missing=missing)
    body: dict[str, Any] = {
        "responded": form["responded"] == "yes", "solved": form["solved"], "satisfaction": int(form["satisfaction"]),
    } | form.filled("words")  # fmt: skip
    try:
        thanks = await _passer_by(request).post("feedback", f"/surveys/{token}", body)
    except Refused as refused:
        return await _told_refusal(request, "服务评价", refused)
    return await _told(request, "服务评价", thanks["message_zh"])
