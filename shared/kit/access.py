"""At the door: who is calling, whether the table lets them, and how far they then reach."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from fastapi.params import Depends as DependsParameter

from shared.kit.database import EVERYWHERE, Context
from shared.kit.errors import Forbidden
from shared.kit.tokens import Claims, TokenRefused
from shared.schemas.access import TABLE, Action, Grant, Reach, Role


class NotYours(Forbidden):
    """The caller's roles do not include this action."""

    def __init__(self, action: Action) -> None:
        allowed, roles = ", ".join(TABLE[action]), "、".join(role.zh for role in TABLE[action])
        super().__init__(
            f"Your account may not do this ({action}). It takes one of these roles: {allowed}. Ask your administrator.",
            zh=f"您的账号无权办理此项。需要以下角色之一：{roles}。请联系管理员。",
        )


@dataclass(frozen=True, slots=True)
class Caller:
    """Who acts, as the token says."""

    subject: str
    client: str
    grants: tuple[Grant, ...]
    worker: str | None = None

    @classmethod
    def from_claims(cls, claims: Claims) -> "Caller":
        return cls(claims.sub, claims.client_id, tuple(claims.grants), claims.worker)

    def has(self, *roles: Role) -> bool:
        return any(grant.role in roles for grant in self.grants)

    def grants_for(self, action: Action) -> tuple[Grant, ...]:
        return tuple(grant for grant in self.grants if grant.role in TABLE[action])

    @property
    def provider(self) -> str | None:
        return next((grant.provider for grant in self.grants if grant.provider), None)


def context_for(caller: Caller, action: Action) -> Context:
    """How far a caller reaches with an action: the union over the roles that may do it."""
    divisions: set[str] = set()
    stations: set[str] = set()
    provider, own = "", False
    for grant in caller.grants_for(action):
        match TABLE[action][grant.role]:
            case Reach.CITY:
                divisions.add(EVERYWHERE)
            case Reach.DIVISION:
                divisions.update(grant.divisions)
            case Reach.STATION:
                stations.update(grant.stations)
            case Reach.PROVIDER:
                provider = grant.provider or provider
            case Reach.OWN:
                own = True
    return Context(
        actor=caller.subject, divisions=tuple(sorted(divisions)), stations=tuple(sorted(stations)),
        provider=provider, own=own,
    )  # fmt: skip


ANONYMOUS: Final = Caller("", "", ())


async def _sign_in(request: Request) -> Caller:
    """The caller by their bearer token, checked once a request."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise TokenRefused
    house = request.app.state.house
    # Streams outlive the request's own check, and look at the claims again.
    request.state.claims = await house.verifier.verify(token.strip())
    return Caller.from_claims(request.state.claims)


def may(action: Action) -> DependsParameter:
    """The row of the table that an endpoint stands under; name it among the route's dependencies."""

    async def admit(request: Request) -> None:
        caller = await _sign_in(request)
        if not caller.grants_for(action):
            raise NotYours(action)
        request.state.caller = caller
        request.state.context = context_for(caller, action)

    admit.__action__ = action  # type: ignore[attr-defined]
    return DependsParameter(admit)


def anyone(machine: str) -> DependsParameter:
    """A public endpoint: no token; its transaction runs in a named machine scope with only what that may see."""

    async def admit(request: Request) -> None:
        request.state.caller = ANONYMOUS
        request.state.context = Context(actor=machine, machine=machine)

    admit.__public__ = machine  # type: ignore[attr-defined]
    return DependsParameter(admit)


def action_of(dependencies: list[Any]) -> Action | str | None:
    """The action (or public scope) that a route's dependencies name; None if the route forgot."""
    for dependency in dependencies:
        call: Callable[..., Awaitable[None]] | None = getattr(dependency, "dependency", None)
        found = getattr(call, "__action__", None) or getattr(call, "__public__", None)
        if found is not None:
            return found  # type: ignore[no-any-return]
    return None


# `async`, like every small dependency: the framework sends a plain function to a thread, at a greater cost than it has.
async def current_caller(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


Who = Annotated[Caller, Depends(current_caller)]
