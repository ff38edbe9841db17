"""What insights keeps of others, in codes, to be compared with what they tell; and its own sums with what they sum."""

from sqlalchemy import Integer, case, cast, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from services.insights.models import (
    Complaint,
    NeedEpisode,
    Order,
    Package,
    Person,
    Resource,
    ResourceUse,
    ServiceGiven,
    Suggestion,
    Survey,
    Worker,
)
from services.insights.rules.capacity import HOLDS
from shared.kit.standing import Subjects


def needs_kept() -> Subjects:
    """A need as its latest episode is kept."""
    return (
        select(
            NeedEpisode.need_id.label("id"), NeedEpisode.status, NeedEpisode.episode, NeedEpisode.category,
            NeedEpisode.division, NeedEpisode.station_id, NeedEpisode.urgency,
        )
        .ext(distinct_on(NeedEpisode.need_id))
        .order_by(NeedEpisode.need_id, NeedEpisode.episode.desc())
    )  # fmt: skip


def people_kept() -> Subjects:
    return select(Person.resident_id.label("id"), Person.version, Person.division)


def orders_kept() -> Subjects:
    return select(
        Order.order_id.label("id"), Order.need_id, Order.status, Order.provider, Order.station_id, Order.division,
        Order.resource_id, Order.category, Order.quantity,
    )  # fmt: skip


def resources_kept() -> Subjects:
    return select(
        Resource.resource_id.label("id"), Resource.provider, Resource.category, Resource.capacity, Resource.status
    )


def packages_kept() -> Subjects:
    return select(Package.package_id.label("id"), Package.provider, Package.station_id, Package.quarter, Package.quota)


def surveys_kept() -> Subjects:
    return select(
        Survey.survey_id.label("id"), Survey.need_id, Survey.episode, Survey.satisfaction,
        Survey.answered_at.is_not(None).label("answered"),
    )  # fmt: skip


def complaints_kept() -> Subjects:
    settled = Complaint.settled_at.is_not(None)
    return select(Complaint.complaint_id.label("id"), Complaint.division, settled.label("settled"))


def suggestions_kept() -> Subjects:
    adopted = Suggestion.adopted_at.is_not(None)
    return select(Suggestion.suggestion_id.label("id"), Suggestion.division, adopted.label("adopted"))


def services_kept() -> Subjects:
    return select(
        ServiceGiven.service_id.label("id"), ServiceGiven.kind, ServiceGiven.minutes, ServiceGiven.person_times,
        ServiceGiven.reached,
    )  # fmt: skip


def workers_kept() -> Subjects:
    has_left = Worker.left_at.is_not(None)
    return select(Worker.worker_id.label("id"), Worker.station_id, Worker.division, has_left.label("has_left"))


def wrong_sums() -> Subjects:
    """Resources of which another quantity is said to be taken than their orders take."""
    used = func.coalesce(Order.used, 0)
    takes = case((Order.status.in_(HOLDS), Order.quantity), else_=used)
    truth = select(Order.resource_id, cast(func.sum(takes), Integer).label("taken")).group_by(Order.resource_id)
    orders = truth.subquery()
    id = func.coalesce(ResourceUse.resource_id, orders.c.resource_id)
    said, summed = func.coalesce(ResourceUse.taken, 0), func.coalesce(orders.c.taken, 0)
    query = select(id.label("id"), said.label("said"), summed.label("summed")).select_from(ResourceUse)
    return query.join(orders, orders.c.resource_id == ResourceUse.resource_id, full=True).where(said != summed)
