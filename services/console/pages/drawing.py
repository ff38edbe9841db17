"""Templates become answers, with the headers that keep a page to itself."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import jinja2
from fastapi import Request
from starlette.responses import HTMLResponse

from services.console.pages.assets import address_of
from services.console.rules import moments
from services.console.service.asking import Person
from services.console.service.names import names_of
from shared.kit.clock import wall_clock
from shared.kit.edge import moment_of
from shared.kit.ids import new_id
from shared.schemas import vocabulary

TEMPLATES: Final = Path(__file__).parents[1] / "templates"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


@cache
def templates() -> jinja2.Environment:
    """The templates; what is put into them is escaped, and a name that is missing is an error."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.globals |= {"asset": address_of, "words": vocabulary, "new_key": lambda: str(new_id())}
    environment.filters["span"] = moments.length
    return environment


async def draw(request: Request, name: str, who: Person | None, *, status: int = 200, **shown: Any) -> HTMLResponse:
    """A template as an answer. Every page knows who is at the desk, what time it is and how things are called."""
    names = await names_of(request.app.state.house)
    return draw_bare(request, name, who, status=status, names=names, **shown)


def draw_bare(request: Request, name: str, who: Person | None, *, status: int = 200, **shown: Any) -> HTMLResponse:
    """A template that calls nothing by a name that can be changed: it needs no database."""
    at = moment_of(request) or wall_clock()

    def told(moment: str | datetime | None) -> str:
        return moments.told(moment, now=at)

    page = (
        templates()
        .get_template(name)
        .render(who=who, now=at, told=told, path=request.url.path, desks=who.desks if who else [], **shown)
    )
    return HTMLResponse(page, status, HEADERS)
