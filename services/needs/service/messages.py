"""Messages to residents: written in one transaction, sent by a timer, told to the gateway."""

from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.errors import NobodyToAsk, UnknownTemplate
from services.needs.models import Message, Need, TwinMessage
from services.needs.repository import intake
from services.needs.repository import messages as repository
from services.needs.repository import needs as needs_repository
from services.needs.repository import residents as residents_repository
from services.needs.repository.intake import IntakeRows
from services.needs.rules.phones import masked
from services.needs.rules.templates import ONLY_BY_SERVICES, ONLY_BY_THE_PLATFORM, written
from services.needs.schemas.residents import MessageForm, MessageView, ResidentForm, TwinMessageView
from shared.kit.access import Caller
from shared.kit.audit import record_reading
from shared.kit.clock import now
from shared.kit.errors import NotFound
from shared.kit.ids import new_id
from shared.kit.paging import Cut, Page, paged
from shared.kit.rows import columns
from shared.kit.settings import settings_of
from shared.kit.timers import Timer, timer_row
from shared.schemas.access import Role

SEND = "send_message"
TELL_DECLINED = "tell_declined"
LONGEST_PARAMETER = 60
TRACKING_LINK = "{address}/track/{token}"


class Gateway(Protocol):
    """What sends text messages; chosen in settings, with a local twin for development."""

    async def send(self, session: AsyncSession, message: Message) -> None:
        """Hand a message over, once for each message id."""


class TwinGateway:
    """The local twin: the message is kept, sealed, where a developer can read it."""

    async def send(self, session: AsyncSession, message: Message) -> None:
        received = TwinMessage(id=message.id, received_at=now(session))
        received.phone, received.text = message.phone, message.text
        session.add(received)


async def tracking_link(
    session: AsyncSession, need: Need, token: str, told: ResidentForm | None, rows: IntakeRows
) -> None:
    """Gather the message that tells the reference and where to follow it, where a phone is known."""
    phone = told.phones[0].number if told and told.phones else await _phone_on_file(session, need.resident_id)
    if phone is None:
        return
    link = TRACKING_LINK.format(address=settings_of(session).public_address, token=token)
    _gather(
        session, rows, "tracking", {"reference": need.reference, "link": link}, phone=phone,
        resident_id=need.resident_id, need_id=need.id,
    )  # fmt: skip


async def tell_declined(session: AsyncSession, timer: Timer) -> None:
    """Tell whoever asked that no further episode begins; by the platform, since the file may be of another county."""
    need = await needs_repository.need_by_id(session, UUID(timer.subject))
    phone = await _phone_on_file(session, need.resident_id) if need else None
    if need is None or phone is None:
        return
    rows = IntakeRows()
    _gather(
        session, rows, "declined", {"reference": need.reference}, phone=phone, resident_id=need.resident_id,
        need_id=need.id,
    )  # fmt: skip
    await intake.write(session, rows)


async def _phone_on_file(session: AsyncSession, resident_id: UUID | None) -> str | None:
    phones = await residents_repository.phones_of(session, resident_id) if resident_id else ()
    return phones[0].phone if phones else None


async def send_message(session: AsyncSession, resident_id: UUID, form: MessageForm, *, by: Caller) -> MessageView:
    """Write a message to a resident, to be sent right after the commit."""
    if form.template in ONLY_BY_THE_PLATFORM or not (by.has(Role.SERVICE) or _may_be_sent_by_people(form)):
        raise UnknownTemplate
    resident = await residents_repository.resident_by_id(session, resident_id)
    if resident is None:
        raise NotFound
    phone = await _phone_on_file(session, resident.id)
    if phone is None:
        raise NobodyToAsk
    await record_reading(
        session, "send_message", purpose=f"message:{form.template}", fields=("phones",), subjects=[resident.id]
    )
    rows = IntakeRows()
    message = _gather(session, rows, form.template, form.parameters, phone=phone, resident_id=resident.id)
    await intake.write(session, rows)
    return MessageView(
        id=message.id, template=message.template, phone_mask=masked(phone), created_at=message.created_at, sent_at=None
    )


def _may_be_sent_by_people(form: MessageForm) -> bool:
    # Links are longer than what people have to say in a template.
    is_short = all(len(value) <= LONGEST_PARAMETER for value in form.parameters.values())
    return form.template not in ONLY_BY_SERVICES and is_short


def _gather(
    session: AsyncSession, rows: IntakeRows, template: str, parameters: dict[str, str], *, phone: str,
    resident_id: UUID | None, need_id: UUID | None = None,
) -> Message:  # fmt: skip
    try:
        text = written(template, parameters)
    except (KeyError, ValueError, IndexError, AttributeError) as wrong:
        raise UnknownTemplate from wrong
    message = Message(
        id=new_id(), template=template, created_at=now(session), sent_at=None, resident_id=resident_id, need_id=need_id
    )
    message.phone, message.text = phone, text
    rows.messages.append(columns(message))
    rows.timers.append(timer_row(SEND, message.id, now(session)))
    return message


async def hand_over(session: AsyncSession, timer: Timer, *, gateway: Gateway) -> None:
    """Send a message that waits."""
    message = await repository.message_by_id(session, UUID(timer.subject))
    if message is None or message.sent_at is not None:
        return
    await gateway.send(session, message)
    message.sent_at = now(session)


async def twin_messages(session: AsyncSession, page: Cut) -> Page[TwinMessageView]:
    """What the twin's phones show, newest first."""
    rows = await repository.twin_messages(session, page)
    return paged(
        rows, page, key=lambda row: (row.received_at, row.id),
        view=lambda row: TwinMessageView(id=row.id, phone=row.phone, text=row.text, received_at=row.received_at),
    )  # fmt: skip
