"""The documentation of a service, served from the package: the users' networks are closed."""

from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

ASSETS = Path(__file__).parent / "assets" / "swagger-ui"


def serve(app: FastAPI, service: str) -> None:
    """Add `/<service>/docs` and the files that it shows itself with."""
    app.mount(f"/{service}/docs/assets", StaticFiles(directory=ASSETS), name="documentation assets")

    async def docs(_: Request) -> Response:
        page: HTMLResponse = get_swagger_ui_html(
            openapi_url=f"/{service}/openapi.json",
            title=app.title,
            swagger_js_url=f"/{service}/docs/assets/swagger-ui-bundle.js",
            swagger_css_url=f"/{service}/docs/assets/swagger-ui.css",
            swagger_favicon_url=f"/{service}/docs/assets/favicon-32x32.png",
            # Left alone, the page would ask a validator outside the machine about every contract it shows.
            swagger_ui_parameters={"validatorUrl": None},
        )
        return page

    app.add_route(f"/{service}/docs", docs, include_in_schema=False)
