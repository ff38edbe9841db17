"""Every refusal is a problem: RFC 9457, in English or Chinese, and it says the remedy.

    Problem
    ├── BadRequest         400  cannot be read at all
    ├── Unauthorized       401  who are you?
    ├── Forbidden          403  you may see it, you may not do it
    ├── NotFound           404  it is not there, or not for you
    ├── NotAllowed         405  this address does not know that method
    ├── Conflict           409  a rule of the domain refuses
    ├── Stale              412  somebody changed it first
    ├── TooLarge           413  more than is taken at once
    ├── WrongKind          415  not a kind of content that is read here
    ├── Unprocessable      422  cannot be taken as sent
    ├── Unconditional      428  an edit must say which version it edits
    ├── TooMany            429  slow down
    ├── Broken             500  our fault
    └── Unavailable        503  try again in a moment

A service's own refusals subclass one of these in its `errors` room. The class name, in kebab case, is the
stable end of `type`.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

TYPE_ROOT = "urn:fuzhou:problem:"


def kebab(name: str) -> str:
    """`OrderCannotMove` → `order-cannot-move`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


class Problem(Exception):
    """A refusal with its status, a stable type, and a sentence that says what to do.

    `errors` holds what is wrong inside the body: `{"pointer": "#/resident/number", "detail": …}` each.
    """

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Problem"
    title_zh: ClassVar[str] = "出现问题"

    def __init__(
        self,
        detail: str,
        *,
        zh: str,
        errors: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.detail_zh = zh
        self.errors = tuple(errors)
        self.headers = dict(headers or {})

    @property
    def type(self) -> str:
        return TYPE_ROOT + kebab(type(self).__name__)

    def body(self, *, chinese: bool, request_id: str) -> dict[str, Any]:
        """The problem document."""
        problem: dict[str, Any] = {
            "type": self.type,
            "title": self.title_zh if chinese else self.title,
            "status": self.status,
            "detail": self.detail_zh if chinese else self.detail,
            "request_id": request_id,
        }
        if self.errors:
            problem["errors"] = [
                {
                    "pointer": error["pointer"],
                    "detail": error.get("zh", error["detail"]) if chinese else error["detail"],
                }
                for error in self.errors
            ]
        return problem


class BadRequest(Problem):
    status, title, title_zh = 400, "Bad request", "请求无法读取"


class Unauthorized(Problem):
    status, title, title_zh = 401, "Not signed in", "未登录"

    def __init__(self, detail: str, *, zh: str) -> None:
        super().__init__(detail, zh=zh, headers={"WWW-Authenticate": "Bearer"})


class Forbidden(Problem):
    status, title, title_zh = 403, "Not allowed", "无权办理"


class NotFound(Problem):
    status, title, title_zh = 404, "Not found", "未找到"

    def __init__(
        self,
        detail: str = "There is no such thing here, or it is not yours to see. Check the address.",
        *,
        zh: str = "没有这一项，或您无权查看。请核对地址。",
    ) -> None:
        super().__init__(detail, zh=zh)


class NotAllowed(Problem):
    status, title, title_zh = 405, "Method not allowed", "不支持该方法"


class Conflict(Problem):
    status, title, title_zh = 409, "Conflict", "与现状冲突"


class Stale(Problem):
    status, title, title_zh = 412, "Stale version", "版本已过期"

    def __init__(self, current: int) -> None:
        super().__init__(
            f"Somebody changed this in the meantime: it is at version {current} now. Read it again, then send your edit"
            f' with If-Match: "{current}".',
            zh=f'他人已先行修改，当前版本为 {current}。请重新读取后，带 If-Match: "{current}" 再次提交。',
            headers={"ETag": f'"{current}"'},
        )


class TooLarge(Problem):
    status, title, title_zh = 413, "Too large", "内容过大"


class WrongKind(Problem):
    status, title, title_zh = 415, "Unsupported content", "内容类型不支持"


class Unprocessable(Problem):
    status, title, title_zh = 422, "Cannot be taken as sent", "提交内容有误"


class Unconditional(Problem):
    status, title, title_zh = 428, "Version needed", "缺少版本"

    def __init__(self) -> None:
        super().__init__(
            'Say which version you edit: read it, then send its ETag as If-Match, e.g. If-Match: "3".',
            zh='请注明所改版本：先读取，再把其 ETag 作为 If-Match 发送，例如 If-Match: "3"。',
        )


class TooMany(Problem):
    status, title, title_zh = 429, "Too many requests", "请求过于频繁"

    def __init__(self, retry_after: int) -> None:
        super().__init__(
            f"Too many requests. Try again in {retry_after} seconds.",
            zh=f"请求过于频繁，请 {retry_after} 秒后再试。",
            headers={"Retry-After": str(retry_after)},
        )


class Broken(Problem):
    status, title, title_zh = 500, "Something broke here", "系统故障"

    def __init__(self) -> None:
        super().__init__(
            "Something broke on our side and was recorded. Nothing was changed; try again, and if it stays, "
            "tell the operators the request_id.",
            zh="系统内部出错，已记录，未作任何改动。请重试；若仍失败，请将 request_id 告知运维人员。",
        )


class Unavailable(Problem):
    status, title, title_zh = 503, "Not available now", "暂不可用"

    def __init__(self) -> None:
        super().__init__(
            "The service cannot reach its database just now. Nothing was lost; try again in a moment.",
            zh="服务暂时无法访问数据库，已有数据不会丢失，请稍后重试。",
            headers={"Retry-After": "2"},
        )


class Overloaded(Problem):
    status, title, title_zh = 503, "Too much at once", "系统繁忙"

    def __init__(self) -> None:
        super().__init__(
            "More is asked of the service just now than it can answer in time. Nothing was done; try again in a"
            " second, with the same Idempotency-Key.",
            zh="当前访问量过大，本次请求未处理。请一秒后用同一 Idempotency-Key 重试。",
            headers={"Retry-After": "1"},
        )


class TooLate(Problem):
    status, title, title_zh = 503, "Too late", "处理超时"

    def __init__(self) -> None:
        super().__init__(
            "There was no answer by the deadline that the request brought, so the work on it was stopped. Whether it"
            " was done is not known here: send it again with the same Idempotency-Key and more time.",
            zh="未能在请求所带的时限内完成，处理已停止，结果未知。请放宽时限，并用同一 Idempotency-Key 重新提交。",
            headers={"Retry-After": "1"},
        )
