"""Cards: what of a person may be read, by whom, for which work; every reading and every refusal is written down."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.models import Need, Resident
from services.needs.repository import needs as needs_repository
from services.needs.repository import residents as repository
from services.needs.schemas.residents import CardRequest, CardsView, CardView
from shared.kit.access import Caller
from shared.kit.audit import record_reading, record_refusal
from shared.kit.clock import today
from shared.kit.database import Database
from shared.kit.errors import NotFound
from shared.kit.reference import reference
from shared.schemas.access import Role
from shared.schemas.reference import Category
from shared.schemas.vocabulary import CardField

STATION_SIDE = (Role.SOCIAL_WORKER, Role.STATION_HEAD, Role.HEAD_STATION)


async def read_cards(session: AsyncSession, request: CardRequest, *, by: Caller, database: Database) -> CardsView:
    """The card of the person an order or a need is about, with the fields that this reader may see."""
    found = await _opened(session, request, by)
    if found is None:
        subject = request.order_id or request.need_id
        assert subject is not None
        await record_refusal(database, session, "read_card", purpose=purpose_of(request), subject=subject)
        raise NotFound
    need, resident, fields = found
    await record_reading(
        session, "read_card", purpose=purpose_of(request), fields=[str(field) for field in fields],
        subjects=[resident.id],
    )  # fmt: skip
    shown = await _shown(session, need, resident, fields)
    return CardsView(items=[CardView(resident_id=resident.id, purpose=purpose_of(request), fields=shown)])


def purpose_of(request: CardRequest) -> str:
    return f"order:{request.order_id}" if request.order_id else f"need:{request.need_id}"


async def _opened(
    session: AsyncSession, request: CardRequest, by: Caller
) -> tuple[Need, Resident, tuple[CardField, ...]] | None:
    """The need, the person and the fields that the purpose opens; None if it opens nothing."""
    if request.order_id is not None:
        grant = await needs_repository.grant_by_order(session, request.order_id)
        need_id, category = (grant.need_id, grant.category) if grant else (None, None)
    else:
        need_id, category = request.need_id if by.has(*STATION_SIDE) else None, None
    need = await needs_repository.need_by_id(session, need_id) if need_id else None
    if need is None or need.resident_id is None or not need.is_open:
        return None
    resident = await repository.resident_by_id(session, need.resident_id)
    if resident is None:
        return None
    return need, resident, tuple(CardField) if category is None else await _fields(session, category)


async def _fields(session: AsyncSession, code: str) -> tuple[CardField, ...]:
    category = (await reference(session)).get(Category, Category.table, code, today(session))
    return category.card_fields if category else ()


async def _shown(
    session: AsyncSession, need: Need, resident: Resident, fields: tuple[CardField, ...]
) -> dict[str, Any]:
    codes = resident.codes(today(session)).model_dump(mode="json")
    card: dict[CardField, Any] = {
        CardField.NAME: resident.name,
        CardField.BIRTH_DATE: resident.birth_date,
        CardField.RESIDENT_NUMBER: resident.number,
        CardField.ADDRESS: resident.address,
        CardField.DIVISION: resident.division,
        CardField.DISABILITY: {"kind": codes["disability_kind"], "level": codes["disability_level"]},
        CardField.WORDS: need.words,
    }
    if CardField.PHONES in fields:
        card[CardField.PHONES] = [row.phone for row in await repository.phones_of(session, resident.id)]
    return {str(field): card.get(field, codes.get(field)) for field in fields}
