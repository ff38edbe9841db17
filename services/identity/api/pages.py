"""Pages of identity: made on the server, whole without a script, closed to everything from elsewhere."""

from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.staticfiles import StaticFiles

from services.identity.api.forms import PAGE_COOKIE, PROOF, keep, page_cookie, proof_for
from shared.kit.clock import SHANGHAI

HERE: Final = Path(__file__).parent
ASSETS: Final = "/identity/assets"
_PAGES: Final = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
    lstrip_blocks=True,
)  # fmt: skip


def page(request: Request, template: str, /, *, status: int = 200, leads_to: str = "", **shown: Any) -> HTMLResponse:
    """A page with its proof and its closed doors. `leads_to` is where a form may send people on to."""
    settings, cookie = request.app.state.house.settings, page_cookie(request)
    written = _PAGES.get_template(f"{template}.html").render(
        assets=ASSETS, proof_name=PROOF, proof=proof_for(cookie), is_production=settings.is_production, **shown
    )
    response = HTMLResponse(written, status, {"Content-Security-Policy": _policy(leads_to), "X-Frame-Options": "DENY"})
    keep(response, PAGE_COOKIE, cookie, settings)
    return response


def _policy(leads_to: str) -> str:
    """What the page may do. Browsers hold a form's redirects to `form-action` too, so where it leads is named."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none';"
        f" frame-ancestors 'none'; form-action 'self'{_source(leads_to)}"
    )


def _source(address: str) -> str:
    parts = urlsplit(address)
    if not address:
        return ""
    return f" {parts.scheme}://{parts.netloc}" if parts.netloc else f" {parts.scheme}:"


def clock_time(moment: datetime) -> str:
    """A moment as people here read it off a clock."""
    return moment.astimezone(SHANGHAI).strftime("%H:%M:%S")


def serve_assets(app: FastAPI) -> None:
    """Serve the style sheet from the package."""
    app.mount(ASSETS, StaticFiles(directory=HERE / "assets"), name="identity assets")
