"""Whose tokens were called back, as identity told it: what everybody must hold until no such token lives."""

from sqlalchemy import DateTime, cast, func, select

from shared.kit.feed.log import FactRow
from shared.kit.standing import Subjects, tells
from shared.schemas.facts.identity import AccessRevoked


@tells("identity.revocation")
def revocations_told() -> Subjects:
    """By account, or by session where one alone was ended; the latest moment counts."""
    account = FactRow.body["account"].astext
    holder = func.coalesce(FactRow.body["session_id"].astext, account)
    before = func.max(cast(FactRow.body["before"].astext, DateTime(timezone=True)))
    query = select(holder.label("id"), before.label("before"), func.max(account).label("account"))
    return query.where(FactRow.name == AccessRevoked.name).group_by(holder)
