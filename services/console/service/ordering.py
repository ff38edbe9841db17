"""Candidates, as a person compares them."""

from typing import Any
from uuid import UUID

from services.console.rules.refusals import by_reason
from services.console.service.asking import Person


async def compared(who: Person, need_id: UUID, *, quantity: int) -> dict[str, Any]:
    """The best candidates and the refused offers, as matching ranks them; what many share is said once."""
    found = await who.get("matching", f"/needs/{need_id}/candidates", quantity=quantity, limit=8)
    alike, single = by_reason(found["refused"])
    return found | {"alike": alike, "single": single}
