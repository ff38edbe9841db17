"""The ledger: what is left changes in the same statement that writes why."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Table, Text, bindparam, case, func, insert, select, true, update
from sqlalchemy import Uuid as UuidType
from sqlalchemy.ext.asyncio import AsyncSession

from services.matching.models import Account, LedgerEntry
from services.matching.rules.ledger import EFFECTS, Entry, balance
from shared.kit.clock import now
from shared.kit.tables import MOMENT
from shared.schemas.vocabulary import LedgerEntryKind


def table_of(model: type[Account | LedgerEntry]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


_ENTRIES = (
    func.unnest(
        bindparam("kinds", type_=ARRAY(Text)),
        bindparam("quantities", type_=ARRAY(Integer)),
        bindparam("orders", type_=ARRAY(UuidType)),
    )
    .table_valued("kind", "quantity", "order_id")
    .render_derived()
)
# As tables: the session's own forms of these statements cannot stand inside one another.
_ACCOUNT, _LEDGER = table_of(Account), table_of(LedgerEntry)
_LEFT = _ACCOUNT.c.remaining + bindparam("change", type_=Integer)
_DRAWN = (
    update(_ACCOUNT)
    .where(_ACCOUNT.c.id == bindparam("account", type_=UuidType), _LEFT >= 0)
    .values(remaining=_LEFT, updated_at=bindparam("moment", type_=MOMENT))
    .returning(_ACCOUNT.c.id)
    .cte("drawn")
)
POST = (
    insert(_LEDGER)
    .from_select(
        ["account_id", "kind", "quantity", "order_id", "by", "at"],
        select(
            _DRAWN.c.id, _ENTRIES.c.kind, _ENTRIES.c.quantity, _ENTRIES.c.order_id,
            bindparam("actor", type_=Text), bindparam("moment", type_=MOMENT),
        ).select_from(_DRAWN.join(_ENTRIES, true())),
    )
    .returning(_LEDGER.c.number)
)  # fmt: skip


async def post(session: AsyncSession, account_id: UUID, entries: Sequence[Entry]) -> bool:
    """Write entries and change what is left, in one statement; False (and nothing written) if too little is left."""
    if not entries:
        return True
    written = await session.execute(
        POST,
        {
            "account": account_id,
            "change": balance(entries).remaining,
            "moment": now(session),
            "actor": session.info["context"].actor,
            "kinds": [str(entry.kind) for entry in entries],
            "quantities": [entry.quantity for entry in entries],
            "orders": [entry.order_id for entry in entries],
        },
    )
    return bool(written.all())


_CHANGES = (
    func.unnest(bindparam("accounts", type_=ARRAY(UuidType)), bindparam("changes", type_=ARRAY(Integer)))
    .table_valued("account_id", "change")
    .render_derived()
)
MOVE = (
    update(_ACCOUNT)
    .where(_ACCOUNT.c.id == _CHANGES.c.account_id)
    .values(remaining=_ACCOUNT.c.remaining + _CHANGES.c.change, updated_at=bindparam("moment", type_=MOMENT))
)


async def post_many(session: AsyncSession, moves: Mapping[UUID, Sequence[Entry]]) -> None:
    """Write entries of many accounts that this transaction holds, and of which it knows that enough is left."""
    changes = {id: balance(entries).remaining for id, entries in moves.items() if entries}
    if not changes:
        return
    moment, actor = now(session), session.info["context"].actor
    await session.execute(MOVE, {"accounts": [*changes], "changes": [*changes.values()], "moment": moment})
    await session.execute(
        insert(LedgerEntry),
        [
            {"account_id": id, "kind": entry.kind, "quantity": entry.quantity, "by": actor, "at": moment}
            for id, entries in moves.items()
            for entry in entries
        ],
    )


async def entries_of(session: AsyncSession, account_id: UUID) -> Sequence[LedgerEntry]:
    """All entries of an account, oldest first."""
    query = select(LedgerEntry).where(LedgerEntry.account_id == account_id).order_by(LedgerEntry.number)
    return (await session.scalars(query)).all()


async def right_column(session: AsyncSession, account_id: UUID) -> None:
    """Make what is left the sum of the entries again, where that is possible at all."""
    account = await session.get(Account, account_id, with_for_update=True, populate_existing=True)
    # A second statement: while the row is held, nobody adds an entry.
    entries = [Entry(LedgerEntryKind(row.kind), row.quantity) for row in await entries_of(session, account_id)]
    truth = balance(entries).remaining
    if account is not None and truth >= 0:
        account.remaining, account.updated_at = truth, now(session)


async def differences(session: AsyncSession) -> dict[UUID, int]:
    """Accounts whose column is not the sum of their entries, with how far it is off; the reconciler hopes for none."""
    sign = case({str(kind): effect.remaining for kind, effect in EFFECTS.items()}, value=LedgerEntry.kind)
    truth = func.coalesce(func.sum(sign * LedgerEntry.quantity), 0)
    query = (
        select(Account.id, Account.remaining - truth)
        .outerjoin(LedgerEntry, LedgerEntry.account_id == Account.id)
        .group_by(Account.id)
        .having(Account.remaining != truth)
    )
    return {id: int(off) for id, off in await session.execute(query)}
