"""Who had a case, and when: nobody approves what was asked of a case that they had meanwhile."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.models import Case, CaseHolder
from services.cases.repository import casework as repository
from services.cases.repository import stations, waiting
from shared.kit.clock import now
from shared.kit.ids import new_id
from shared.schemas.access import Role
from shared.schemas.facts.identity import AccountChanged


async def note(session: AsyncSession, case: Case) -> None:
    """Write down who has the case from now, and that whoever had it has it no longer."""
    await session.flush()
    await repository.end_holding(session, case.id, besides=case.worker_id, at=now(session))
    if case.worker_id is None or await repository.is_held_by(session, case.id, case.worker_id):
        return
    worker = await stations.worker_by_id(session, case.worker_id)
    assert worker is not None
    session.add(
        CaseHolder(id=new_id(), case_id=case.id, worker_id=worker.id, account=worker.account, since=now(session))
    )
    await session.flush()


async def know_account(session: AsyncSession, fact: AccountChanged) -> None:
    """Which stations an account heads, as identity tells. Facts from before grants were told say nothing of it."""
    if fact.grants is None:
        return
    grants = fact.grants if fact.is_active else ()
    heads = {UUID(id) for grant in grants if grant.role is Role.STATION_HEAD for id in grant.stations}
    await waiting.put_head(session, fact.account, sorted(heads))


async def of_stage(session: AsyncSession, case: Case) -> list[str]:
    """The accounts of all who had the case since its stage began."""
    return sorted(await repository.accounts_since(session, case.id, case.stage_since or case.opened_at))
