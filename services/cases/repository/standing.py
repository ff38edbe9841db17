"""Where stations, workers and cases stand, in codes: what cases tells others, and what it keeps of needs."""

from sqlalchemy import Text, Uuid, cast, exists, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from services.cases.models import Case, CaseNeed, Need, ServiceRecord, Station, Worker
from shared.kit.feed.log import FactRow
from shared.kit.reference import StoredRow
from shared.kit.standing import Subjects, tells
from shared.kit.timers import Timer
from shared.schemas.facts.cases import CaseOpened, ContactMade
from shared.schemas.reference import CaseworkPolicy
from shared.schemas.vocabulary import CaseStatus


@tells("cases.station")
def stations_told() -> Subjects:
    return select(Station.id, Station.version, Station.division, Station.serves, Station.is_active)


@tells("cases.worker")
def workers_told() -> Subjects:
    return select(Worker.id, Worker.station_id, Worker.division, Worker.left_at.is_not(None).label("has_left"))


@tells("cases.service")
def services_told() -> Subjects:
    return select(
        ServiceRecord.id, ServiceRecord.case_id, ServiceRecord.kind, ServiceRecord.minutes, ServiceRecord.person_times,
        ServiceRecord.reached,
    )  # fmt: skip


@tells("cases.part")
def parts_told() -> Subjects:
    """The cases of which a need is part, the latest last, and whether one was opened for it."""
    opened = exists().where(
        FactRow.subject == cast(CaseNeed.case_id, Text), FactRow.name == CaseOpened.name,
        FactRow.body["need_id"].astext == cast(CaseNeed.need_id, Text),
    )  # fmt: skip
    parts = select(CaseNeed.need_id, CaseNeed.case_id, CaseNeed.joined_at, opened.label("opened")).subquery()
    cases = func.array_agg(aggregate_order_by(parts.c.case_id, parts.c.joined_at, parts.c.case_id))
    query = select(parts.c.need_id.label("id"), cases.label("cases"), func.bool_or(parts.c.opened).label("was_opened"))
    return query.group_by(parts.c.need_id)


@tells("cases.contact")
def contacts_told() -> Subjects:
    """The contacts that casework told of a need."""
    body = FactRow.body
    contact = func.jsonb_build_object(
        "case_id", body["case_id"].astext, "kind", body["kind"].astext, "occurred_at", body["occurred_at"].astext,
        "recorded_at", body["recorded_at"].astext, "service_id", body["service_id"].astext,
    )  # fmt: skip
    id = cast(body["need_id"].astext, Uuid)
    query = select(id.label("id"), func.jsonb_agg(contact.distinct()).label("contacts"))
    return query.where(FactRow.name == ContactMade.name).group_by(id)


def needs_kept() -> Subjects:
    return select(Need.id, Need.episode, Need.division, Need.station_id)


def casework_kept() -> Subjects:
    """Whether the present episode of a need is part of a case, and since when its category is casework, by policy."""
    has_case = exists().where(
        CaseNeed.need_id == Need.id, CaseNeed.episode == Need.episode, CaseNeed.ended_at.is_(None)
    )
    span = func.concat_ws("/", StoredRow.valid_from, func.coalesce(cast(StoredRow.valid_to, Text), "9999-12-31"))
    policies = (
        select(func.array_agg(span))
        .where(StoredRow.table == CaseworkPolicy.table, StoredRow.key == Need.category)
        .correlate(Need)
        .scalar_subquery()
    )
    return select(Need.id, Need.episode, Need.resident_id, has_case.label("has_case"), policies.label("policies"))


def parts_kept() -> Subjects:
    """The latest episode of a need that is part of a case."""
    return select(CaseNeed.need_id.label("id"), func.max(CaseNeed.episode).label("episode")).group_by(CaseNeed.need_id)


def unwatched_cases(kind: str) -> Subjects:
    """Open cases that nobody has, of which nothing will tell."""
    waits = exists().where(Timer.kind == kind, Timer.subject == cast(Case.id, Text))
    unowned = Case.unowned_since.is_not(None)
    return select(Case.id, Case.station_id).where(Case.status != CaseStatus.CLOSED, unowned, ~waits)
