"""Sending what somebody does at a desk: done, the page shows how things stand now; refused, nothing is lost."""

from collections.abc import Awaitable
from typing import Any, Protocol

from fastapi import Request, Response
from starlette.responses import RedirectResponse

from services.console.errors import Refused
from services.console.pages.room import Form, house_of, is_part
from services.console.service import drafts
from services.console.service.asking import Person


class Shown(Protocol):
    """The page again: with what was refused and had been filled in, or with what was done."""

    def __call__(
        self, *, refused: Refused | None = None, filled: Form | None = None, done: str = ""
    ) -> Awaitable[Response]: ...


async def act(
    request: Request, who: Person, form: Form, *, service: str, path: str, body: dict[str, Any], again: Shown, to: str,
    done: str, draft: str = "",
) -> Response:  # fmt: skip
    """Send an act under the form's own key; `to` is where a browser without scripts goes on, `done` what it is told."""
    try:
        await who.post(service, path, body, key=form.key)
    except Refused as refused:
        return await again(refused=refused, filled=form)
    if draft:
        await drafts.sent(house_of(request), who, draft)
    if not is_part(request):
        return RedirectResponse(to, 303)
    answer = await again(done=done)
    answer.headers["HX-Trigger"] = "news"
    return answer
