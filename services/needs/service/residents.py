"""Files of people: one person, one file; searched before made, read only for a purpose."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.needs.errors import AlreadyOnFile, BornLater, UnknownResident
from services.needs.models import Resident
from services.needs.repository import intake
from services.needs.repository import residents as repository
from services.needs.repository.intake import IntakeRows
from services.needs.repository.residents import Likeness
from services.needs.rules.names import masked_name, normalise_name
from services.needs.rules.numbers import next_birthday_that_matters, read_number
from services.needs.schemas.residents import (
    PhoneForm,
    PhoneView,
    ResidentEdit,
    ResidentForm,
    ResidentFound,
    ResidentRegistration,
    ResidentSearch,
    ResidentsFound,
    ResidentView,
)
from services.needs.service.places import station_for
from shared.kit.access import Caller
from shared.kit.audit import record_reading
from shared.kit.clock import SHANGHAI, now, today
from shared.kit.crypto import blind, unseal
from shared.kit.errors import NotFound
from shared.kit.feed.log import announce
from shared.kit.ids import new_id
from shared.kit.preconditions import require_version
from shared.kit.reference import Snapshot, reference
from shared.kit.rows import columns
from shared.kit.sealed import sealed_cell
from shared.kit.timers import Timer, cancel_timers, timer_row
from shared.schemas.people import PersonCodes
from shared.schemas.reference import ResourceKind, rules_of
from shared.schemas.vocabulary import Certainty, PhoneOwner, ReadingPurpose, Sex

BIRTHDAY = "birthday"
FILE_FIELDS = ("name", "number", "birth_date", "phones", "address", "codes")
# Ages at which the law sees a person differently, whatever the resources ask for.
AGES_OF_LAW = frozenset({14, 16, 18, 60})


async def register_resident(session: AsyncSession, form: ResidentRegistration, *, by: Caller) -> Resident:
    """A new file; a number that has one is refused."""
    if form.number:
        known = await repository.resident_by_number(session, blind("number", form.number))
        if known is not None:
            raise AlreadyOnFile(known)
    _require_born(session, form, pointer="#/birth_date")
    rows = IntakeRows()
    resident = await new_file(session, form, rows, division=form.division, by=by)
    await intake.write(session, rows)
    return resident


async def resident_for_need(
    session: AsyncSession, form: ResidentForm | None, resident_id: UUID | None, rows: IntakeRows, *, division: str,
    by: Caller,
) -> UUID | None:  # fmt: skip
    """The file a need belongs to: the given one, the one under a known number, a new one, or nobody's."""
    if resident_id is not None:
        known_file = await repository.resident_by_id(session, resident_id)
        if known_file is None:
            raise UnknownResident
        return known_file.id
    if form is None:
        return None
    if form.number:
        known = await repository.resident_by_number(session, blind("number", form.number))
        if known is not None:
            return known
    _require_born(session, form, pointer="#/resident/birth_date")
    return (await new_file(session, form, rows, division=form.division or division, by=by)).id


def _require_born(session: AsyncSession, form: ResidentForm, *, pointer: str) -> None:
    """Nobody is born after today; `pointer` says where the date stands in what was sent."""
    if form.born is not None and form.born > today(session):
        raise BornLater(pointer)


async def new_file(
    session: AsyncSession, form: ResidentForm, rows: IntakeRows, *, division: str, by: Caller
) -> Resident:
    """Gather the rows of a new file, and say its codes."""
    snapshot = await reference(session)
    id = new_id()
    resident = Resident(
        id=id, name_sealed=None, number_sealed=None, birth_date_sealed=None, address_sealed=None,
        division=division, station_id=station_for(snapshot, division, today(session)).id, sex=form.known_sex,
        restricted=form.restricted, canonical_id=None, created_by=by.subject, created_at=now(session), version=1,
        **_codes(form.codes),
    )  # fmt: skip
    _write_person(resident, form.name, form.number, form.born, form.address)
    rows.residents.append(columns(resident))
    rows.phones.extend(_phone_row(id, phone) for phone in form.phones)
    announce(session, resident.changed(now(session)))
    rows.timers.extend(_birthday_timer(session, resident, snapshot))
    return resident


def _codes(codes: PersonCodes) -> dict[str, Any]:
    written = codes.model_dump(exclude={"age", "sex"})
    return written | {"groups": list(codes.groups)}


def _write_person(resident: Resident, name: str, number: str | None, born: date | None, address: str | None) -> None:
    resident.name, resident.number, resident.address = name, number, address
    resident.birth_date = born.isoformat() if born else None
    resident.name_index = blind("name", normalise_name(name))
    resident.number_index = blind("number", number) if number else None
    resident.birth_index = blind("birth_date", born.isoformat()) if born else None


def _phone_row(resident_id: UUID, phone: PhoneForm) -> dict[str, Any]:
    id = new_id()
    return {
        "id": id, "resident_id": resident_id, "owner": phone.owner,
        "phone_sealed": sealed_cell("resident_phone", "phone", id, phone.number),
        "phone_index": blind("phone", phone.number),
    }  # fmt: skip


async def read_resident(session: AsyncSession, id: UUID, *, purpose: ReadingPurpose) -> ResidentView:
    """A person's file; the reading is written down."""
    resident = await repository.resident_by_id(session, id)
    if resident is None:
        raise NotFound
    await record_reading(session, "read_resident", purpose=purpose, fields=FILE_FIELDS, subjects=[resident.id])
    return await view(session, resident)


async def view(session: AsyncSession, resident: Resident) -> ResidentView:
    phones = await repository.phones_of(session, resident.id)
    return ResidentView(
        id=resident.id, name=resident.name, number=resident.number, sex=Sex(resident.sex),
        birth_date=date.fromisoformat(resident.birth_date) if resident.birth_date else None,
        phones=[PhoneView(number=phone.phone or "", owner=PhoneOwner(phone.owner)) for phone in phones],
        address=resident.address, division=resident.division, station_id=resident.station_id,
        codes=resident.codes(today(session)), restricted=resident.restricted, version=resident.version,
    )  # fmt: skip


async def edit_resident(session: AsyncSession, id: UUID, edit: ResidentEdit, *, version: int) -> Resident:
    """Write the editable part of a file anew."""
    resident = await repository.resident_by_id(session, id, lock=True)
    if resident is None:
        raise NotFound
    require_version(version, resident.version)
    # The answer shows the whole file, so editing it is reading it.
    await record_reading(
        session, "edit_resident", purpose=ReadingPurpose.CORRECTION, fields=FILE_FIELDS, subjects=[resident.id]
    )
    snapshot = await reference(session)
    await _correct(session, resident, edit)
    resident.restricted = edit.restricted
    resident.division = edit.division
    resident.station_id = station_for(snapshot, edit.division, today(session)).id
    for field, code in _codes(edit.codes).items():
        setattr(resident, field, code)
    resident.version += 1
    await repository.replace_phones(session, resident.id, [_phone_row(resident.id, phone) for phone in edit.phones])
    announce(session, resident.changed(now(session)))
    return resident


async def _correct(session: AsyncSession, resident: Resident, edit: ResidentEdit) -> None:
    """Name and address as they are now; number and birth date only where they are given."""
    number = edit.number or resident.number
    if edit.number:
        known = await repository.resident_by_number(session, blind("number", edit.number))
        if known not in (None, resident.id):
            raise AlreadyOnFile(known)
    told = edit.birth_date or (read_number(edit.number).birth_date if edit.number else None)
    born = told or (date.fromisoformat(resident.birth_date) if resident.birth_date else None)
    if born is not None and born > today(session):
        raise BornLater("#/birth_date")
    if edit.number:
        resident.sex = read_number(edit.number).sex
    _write_person(resident, edit.name, number, born, edit.address)


async def search_residents(session: AsyncSession, search: ResidentSearch) -> ResidentsFound:
    """Who may be meant, across counties: id, mask and certainty, nothing more; the look-up is written down."""
    alike = await repository.residents_alike(
        session,
        number_index=blind("number", search.number) if search.number else None,
        name_index=blind("name", normalise_name(search.name)) if search.name else None,
        birth_index=blind("birth_date", search.birth_date.isoformat()) if search.birth_date else None,
        phone_index=blind("phone", search.phone) if search.phone else None,
    )
    certain = [(likeness, how_sure(likeness, search)) for likeness in alike]
    found = [(likeness, certainty) for likeness, certainty in certain if certainty is not None]
    readable = await repository.readable(session, [likeness.id for likeness, _ in found])
    await record_reading(
        session, "search_residents", purpose="search", fields=("name_mask",), subjects=[f.id for f, _ in found]
    )
    return ResidentsFound(
        items=sorted((_found(likeness, sure, readable) for likeness, sure in found), key=lambda item: item.certainty)
    )


def how_sure(likeness: Likeness, search: ResidentSearch) -> Certainty | None:
    """Exact by number, unless it contradicts the birth date; suspected by two of name, birth date and phone."""
    if likeness.by_number:
        contradicts = search.birth_date is not None and not likeness.by_birth
        return Certainty.SUSPECTED if contradicts else Certainty.EXACT
    two = likeness.by_name + likeness.by_birth + likeness.by_phone >= 2
    return Certainty.SUSPECTED if two else None


def _found(likeness: Likeness, certainty: Certainty, readable: set[UUID]) -> ResidentFound:
    name = unseal(likeness.name_sealed, "resident", "name", likeness.id) if likeness.name_sealed else ""
    return ResidentFound(
        id=likeness.id, name_mask=masked_name(name), division=likeness.division, certainty=certainty,
        may_read=likeness.id in readable,
    )  # fmt: skip


def _birthday_timer(session: AsyncSession, resident: Resident, snapshot: Snapshot) -> list[dict[str, Any]]:
    """The timer for the next birthday on which a rule may see this person differently, if there is one."""
    if resident.birth_date is None:
        return []
    ages = AGES_OF_LAW | ages_that_rules_ask_for(snapshot, today(session))
    when = next_birthday_that_matters(date.fromisoformat(resident.birth_date), today(session), ages)
    if when is None:
        return []
    due = now(session).astimezone(SHANGHAI).replace(
            year=when.year, month=when.month, day=when.day, hour=0, minute=5, second=0, microsecond=0
        )  # fmt: skip
    return [timer_row(BIRTHDAY, resident.id, due)]


def ages_that_rules_ask_for(snapshot: Snapshot, day: date) -> frozenset[int]:
    """The ages named in the eligibility of any kind of resource."""

    def make(rows: Snapshot) -> frozenset[int]:
        kinds: Sequence[ResourceKind] = rows.all(ResourceKind, ResourceKind.table, day)
        named = [
            rule.value
            for kind in kinds
            if kind.eligibility
            for rule in rules_of(kind.eligibility)
            if rule.field == "age"
        ]
        return frozenset(value for value in named if isinstance(value, int))

    made: frozenset[int] = snapshot.made(("ages", day), make)
    return made


async def turn_a_year(session: AsyncSession, timer: Timer) -> None:
    """A birthday that matters: say the codes anew, and wait for the next one."""
    resident = await repository.resident_by_id(session, UUID(timer.subject), lock=True)
    if resident is None:
        return
    resident.version += 1
    announce(session, resident.changed(now(session)))
    await cancel_timers(session, resident.id, kind=BIRTHDAY)
    rows = IntakeRows(timers=_birthday_timer(session, resident, await reference(session)))
    await intake.write(session, rows)
