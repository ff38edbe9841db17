"""The busiest write of the house: a need, with its person where that is new, in two statements."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.models import Clock, Message, Need, Resident, ResidentPhone
from shared.kit.rows import insert_rows
from shared.kit.timers import Timer


@dataclass(slots=True)
class IntakeRows:
    """What one intake writes, gathered first."""

    residents: list[dict[str, Any]] = field(default_factory=list)
    phones: list[dict[str, Any]] = field(default_factory=list)
    needs: list[dict[str, Any]] = field(default_factory=list)
    clocks: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    timers: list[dict[str, Any]] = field(default_factory=list)


async def write(session: AsyncSession, rows: IntakeRows) -> None:
    """Write what was gathered.

    Row-level security lets a phone or a clock in only where it sees the person or the need, and a statement does
    not see its own rows: so those come first.
    """
    await insert_rows(session, (Resident, rows.residents), (Need, rows.needs))
    await insert_rows(
        session, (ResidentPhone, rows.phones), (Clock, rows.clocks), (Message, rows.messages), (Timer, rows.timers)
    )
