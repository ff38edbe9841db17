"""The trails of the services, held against their seals and against what identity holds, for `fuzhou verify-audit`."""

from collections.abc import Iterable

from deploy.listening import Row, house_of
from services.identity.service.seals import held_of
from shared.kit.seals.sealing import seals_context
from shared.kit.seals.trail import Held
from shared.kit.seals.verifying import Verdict
from shared.kit.seals.verifying import verify as verify_trail

HELD_BY = "identity"


async def verify(services: Iterable[str]) -> list[Verdict]:
    """Look at each trail, one after the other. Seals that identity has not heard of yet stand by the chain alone."""
    chosen = list(services)
    held: dict[str, dict[int, Held]] = {}
    async with house_of(HELD_BY) as identity:
        for service in chosen:
            held[service] = await held_of(identity.database, service)
    verdicts = []
    for service in chosen:
        async with house_of(service) as house, house.database.work(seals_context(service)) as session:
            verdicts.append(await verify_trail(session, service, held[service]))
    return verdicts


def shown(verdict: Verdict) -> Row:
    """One row a service; what is wrong stands last."""
    fault = verdict.fault
    return {
        "service": verdict.service, "seals": verdict.seals, "held": verdict.held, "entries": verdict.entries,
        "unsealed": verdict.unsealed, "trail": "whole" if fault is None else fault.kind.value,
        "seal": fault.seal if fault else None, "entry": fault.entry if fault else None,
    }  # fmt: skip
