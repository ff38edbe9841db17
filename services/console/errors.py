"""What the console refuses by itself; everything else is refused by the services and passed on.

Problem
├── FormNotYours       403  the form was not given out to this session
├── SignInFailed       409  identity sent somebody back without what it takes
├── PageBroken         500  a page could not be made
├── SendingBroken      500  what was sent went wrong half-way
└── ServiceAway        503  a service that the page needs does not answer
"""

from shared.kit.errors import Broken, Conflict, Forbidden, Unavailable


class FormNotYours(Forbidden):
    def __init__(self) -> None:
        super().__init__(
            "This form is from another session. Go back, load the page again and send it once more.",
            zh="这张表单来自另一次登录。请返回、刷新页面后重新提交；已填写的内容保存在草稿中。",
        )


class SignInFailed(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "Signing in was not finished in this browser, or took longer than ten minutes. Sign in again.",
            zh="登录没有在本浏览器内完成，或已超过十分钟。请重新登录。",
        )


class PageBroken(Broken):
    """Our fault, told to who wanted to read something."""

    title_zh = "这一页没有打开"

    def __init__(self) -> None:
        super().__init__()
        self.detail_zh = "平台内部出了问题，不是您的操作有误，情况已自动记录。请稍等片刻再打开一次。"


class SendingBroken(Broken):
    """Our fault, told to who sent something: it may have arrived, so they look before they send it again."""

    title_zh = "这次提交没有正常完成"

    def __init__(self) -> None:
        super().__init__()
        self.detail_zh = (
            "平台内部出了问题，不是您的操作有误，情况已自动记录。请先回到原来的页面看是否已经生效，没有生效再提交一次。"
        )


class ServiceAway(Unavailable):
    """A peer is away: what the page shows of others still stands."""

    title_zh = "暂时打不开"

    def __init__(self) -> None:
        super().__init__()
        self.detail_zh = "这一页要用的服务暂时没有回应，已有数据不会丢失。请稍等片刻再试。"


class SignInNeeded(Exception):
    """Nobody is signed in here (any more): the page leads to signing in and back."""


class Refused(Exception):
    """A service refused: its own words are shown and its own status answered; `errors` have pointers and details."""

    def __init__(self, status: int, title: str, detail: str, errors: list[dict[str, str]], kind: str = "") -> None:
        super().__init__(title)
        self.status, self.title_zh, self.detail_zh, self.errors, self.kind = status, title, detail, errors, kind

    @property
    def by_field(self) -> dict[str, str]:
        """What is wrong, by the first part of its place: the field of a form."""
        return {each["pointer"].removeprefix("#/").split("/")[0]: each["detail"] for each in self.errors}
