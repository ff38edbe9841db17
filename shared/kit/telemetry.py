"""A process's figures, as Prometheus reads them (text format 0.0.4), on the listener that the door does not know.

Routes are named by their pattern and people not at all: no figure has a label that a person could be found by.
"""

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from shared.kit.database import Context

if TYPE_CHECKING:
    from shared.kit.house import House

# From a cached answer to a request that nobody waits for any more.
SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
WAITING = text("""
SELECT (SELECT count(*) FROM timer WHERE due <= now() AND given_up IS NULL) AS due,
       (SELECT coalesce(extract(epoch FROM now() - min(due)), 0) FROM timer
        WHERE due <= now() AND given_up IS NULL) AS late,
       (SELECT count(*) FROM timer WHERE given_up IS NOT NULL) AS given_up,
       (SELECT count(*) FROM parked_fact) AS parked,
       (SELECT count(*) FROM inconsistency WHERE healed_at IS NULL) AS inconsistent
""")


class Telemetry:
    """What one process counts. Two services in one process have one each, so nothing is counted for the other."""

    def __init__(self, service: str) -> None:
        self.registry = CollectorRegistry()
        self.requests = Histogram(
            "fuzhou_request_seconds", "Time from a request's head to its answer's end.",
            ("method", "route", "status"), registry=self.registry, buckets=SECONDS,
        )  # fmt: skip
        self.refused = Counter(
            "fuzhou_requests_refused", "Requests refused because too many were under way.", registry=self.registry
        )
        self.waiting = Gauge("fuzhou_requests_waiting", "Requests that wait to be begun.", registry=self.registry)
        self.silence = self._gauge("fuzhou_feed_silence_seconds", "Since a publisher last answered.", "publisher")
        self.connections = self._gauge("fuzhou_database_connections", "The pool's connections.", "state")
        self.timers = self._gauge("fuzhou_timers", "Timers that are due, and those given up.", "state")
        self.late = self._gauge("fuzhou_timers_late_seconds", "How long the oldest due timer has waited.")
        self.parked = self._gauge("fuzhou_facts_parked", "Facts that could not be handled.")
        self.inconsistent = self._gauge("fuzhou_inconsistencies", "Broken promises between services, not healed.")
        Gauge("fuzhou_service", "Which service this is.", ("service",), registry=self.registry).labels(service).set(1)

    def _gauge(self, name: str, told: str, *labels: str) -> Gauge:
        return Gauge(name, told, labels, registry=self.registry)

    def observe(self, method: str, route: str, status: int, started: float) -> None:
        """Count a request that has been answered; `started` is of `time.perf_counter`."""
        # Anybody may invent a method, and each would be a row of figures for good.
        self.requests.labels(method if method in METHODS else "other", route, str(status)).observe(
            time.perf_counter() - started
        )

    async def read_of(self, house: "House") -> bytes:
        """All figures, those of the moment taken anew; what a broken database would say is then left as it was."""
        for publisher, seconds in house.silences().items():
            self.silence.labels(publisher).set(seconds)
        pool = getattr(house.database.bind, "pool", None)
        if isinstance(pool, QueuePool):
            self.connections.labels("used").set(pool.checkedout())
            self.connections.labels("most").set(pool.size())
        with suppress(SQLAlchemyError, OSError):
            await self._ask(house)
        return generate_latest(self.registry)

    async def _ask(self, house: "House") -> None:
        machine = Context(actor=f"{house.service}.timers", machine=f"{house.service}.timers")
        async with house.database.work(machine) as session:
            row = (await session.execute(WAITING)).one()
        self.timers.labels("due").set(row.due)
        self.timers.labels("given_up").set(row.given_up)
        self.late.set(float(row.late))
        self.parked.set(row.parked)
        self.inconsistent.set(row.inconsistent)


def router(telemetry: Telemetry) -> APIRouter:
    """The address that Prometheus reads."""
    room = APIRouter()

    @room.get("/metrics")
    async def read_figures(request: Request) -> Response:
        """All figures of this process."""
        return Response(await telemetry.read_of(request.app.state.house), media_type=CONTENT_TYPE_LATEST)

    return room
