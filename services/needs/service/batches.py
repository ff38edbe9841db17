"""Files of needs: each row is a registration under its sender's own key, so the file can be sent again safely."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.repository import sent as repository
from services.needs.schemas.needs import NeedRow
from services.needs.service import intake
from shared.kit.bulk.kinds import Kind, Sender, Taken
from shared.kit.crypto import blind
from shared.schemas.access import Action
from shared.schemas.batches import RowError, RowOutcome

# A registration is a dozen statements: so many take no longer than a second.
ROWS_AT_ONCE: Final = 200
ANSWERED_AT_ONCE: Final = 500
ANOTHER_BEFORE: Final = RowError(
    pointer="#/client_reference",
    en="You sent another need under this key before. Correct that one at PUT /needs/v1/needs/{id} (its id is in this"
    " answer), or give this one a key of its own.",
    zh="该编号此前已用于另一条需求。请在 PUT /needs/v1/needs/{id} 更正原需求（编号见本行 id），或为本条另取编号。",
)


async def take_rows(session: AsyncSession, sender: Sender, rows: Sequence[NeedRow]) -> list[Taken]:
    """Register those that are new; what was sent before stays as it is."""
    who = sender.caller.subject
    await repository.hold_sender(session, who)
    keys = [blind("client_reference", f"{who}\x1f{row.client_reference}") for row in rows]
    known = await repository.sent_needs(session, who, keys)
    taken: list[Taken] = []
    remembered: list[dict[str, Any]] = []
    for key, row in zip(keys, rows, strict=True):
        print_, before = blind("need_row", row.model_dump_json()), known.get(key)
        if before is None:
            made = await intake.register_need(session, row.registration, by=sender.caller)
            remembered.append({"sender": who, "key": key, "print": print_, "need_id": made.id})
            taken.append(Taken(RowOutcome.CREATED, made.id))
        elif before.print == print_:
            taken.append(Taken(RowOutcome.UNCHANGED, before.need_id))
        else:
            taken.append(Taken(RowOutcome.REFUSED, before.need_id, [ANOTHER_BEFORE]))
    await repository.add_sent(session, remembered)
    return taken


REGISTRATIONS = Kind(
    name="needs", action=Action.IMPORT_NEEDS, form=NeedRow, key="client_reference", take=take_rows,
    rows_at_once=ROWS_AT_ONCE, answered_at_once=ANSWERED_AT_ONCE,
)  # fmt: skip
