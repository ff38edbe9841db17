"""Every operation of every service that is built, as the running applications know them."""

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import get_origin

from fastapi.routing import APIRoute

from deploy.addresses import BUILT
from shared.kit.access import action_of
from shared.kit.contract import routes_of
from shared.kit.edge import RoomRoute
from shared.schemas.access import Action


@dataclass(frozen=True, slots=True)
class Operation:
    """One method at one address."""

    service: str
    method: str
    path: str
    route: APIRoute
    is_internal: bool

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def rule(self) -> Action | str | None:
        """The action that it takes, or the scope that a public one runs in; None if it names neither."""
        return action_of(self.route.dependencies)

    @property
    def action(self) -> Action | None:
        return self.rule if isinstance(self.rule, Action) else None

    @property
    def needs_key(self) -> bool:
        return isinstance(self.route, RoomRoute) and self.route.needs_key

    @property
    def parameters(self) -> set[str]:
        """Names of all that an address, a query or a header brings, those of dependencies too."""
        waiting, found = [self.route.dependant], set[str]()
        while waiting:
            dependant = waiting.pop()
            for fields in (dependant.path_params, dependant.query_params, dependant.header_params):
                found |= {field.alias for field in fields}
            waiting.extend(dependant.dependencies)
        return found

    @property
    def is_list(self) -> bool:
        return self._reads_on and not self.is_feed

    @property
    def is_feed(self) -> bool:
        """Facts after a position, as they come; the last page is never known to be the last."""
        return self._reads_on and get_origin(self.route.response_model) is list

    @property
    def is_stream(self) -> bool:
        """Facts as they happen, as far as the caller sees what they are about."""
        return self.path.endswith("/v1/stream")

    @property
    def _reads_on(self) -> bool:
        return self.method == "GET" and not self.is_internal and {"limit", "after"} <= self.parameters

    @property
    def is_edit(self) -> bool:
        return self.method == "PUT" and "if-match" in {name.lower() for name in self.parameters}


@cache
def operations() -> tuple[Operation, ...]:
    """All of them, public and internal; health and figures, which say nothing of anybody, are left out like pages.

    Pages are no interface: they ask the services as the person who reads them, and are tested as pages.
    """
    found: list[Operation] = []
    for service in BUILT:
        module = import_module(f"services.{service}.app")
        for app, is_internal in ((module.app, False), (module.internal, True)):
            for route, path in routes_of(app):
                is_page = not route.include_in_schema and not is_internal
                if not is_page and not path.startswith((f"/{service}/health", f"/{service}/metrics")):
                    found += [Operation(service, method, path, route, is_internal) for method in route.methods or ()]
    return tuple(found)


def named(name: str) -> Operation:
    return next(operation for operation in operations() if operation.name == name)
