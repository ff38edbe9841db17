"""The service of the console, wired."""

from fastapi import FastAPI

from services.console import handlers, timers
from services.console.pages import (
    accounts,
    assets,
    cases,
    city,
    county,
    department,
    files,
    journey,
    links,
    news,
    nowhere,
    ordering,
    portal,
    signing,
    station,
    writing,
)
from services.console.settings import Settings
from shared.kit.service import Service
from shared.schemas.facts.console import AuditSealed


def _pages(app: FastAPI) -> None:
    """Pages have addresses of their own, outside the service's interface."""
    assets.serve(app)
    for room in (
        portal,
        signing,
        links,
        station,
        ordering,
        files,
        cases,
        department,
        county,
        journey,
        city,
        accounts,
        writing,
        news,
        nowhere,
    ):
        app.include_router(room.router)


service = Service(
    name="console",
    title="Console · 工作台",
    description="The portal and the desks: pages over the other services' interfaces.",
    settings=Settings,
    seals=AuditSealed,
    routers=(),
    ears=(handlers,),
    timers=(timers,),
    wiring=(_pages,),
    asks_within=15.0,
)
app, internal = service.build()
