"""What the rules ask for, made from rows: policy, places, people's codes, offers."""

import json
from datetime import date
from functools import lru_cache
from typing import Any

from services.matching.models import Account, Need, Resource
from services.matching.models import Person as PersonRow
from services.matching.rules.candidates import Duty, Offer
from services.matching.rules.distance import Place, Point
from services.matching.rules.eligibility import Judge, both, compile_tree
from services.matching.rules.person import Person
from services.matching.rules.ranking import Policy
from services.matching.rules.trees import read_tree
from shared.kit.reference import Snapshot
from shared.schemas.people import PersonCodes
from shared.schemas.reference import (
    Category,
    DistanceBand,
    Division,
    DutyAssignment,
    FairnessTerm,
    ResourceKind,
    ScoreWeight,
)
from shared.schemas.vocabulary import Group, PointQuality, ResourceStatus

TOWNSHIP = 9
DEEPEST = 10


def policy_of(snapshot: Snapshot, on: date) -> Policy:
    """Weights, bands and fairness of the day; computed once a snapshot."""

    def make(rows: Snapshot) -> Policy:
        return Policy.of(
            rows.all(ScoreWeight, ScoreWeight.table, on),
            rows.all(DistanceBand, DistanceBand.table, on),
            rows.all(FairnessTerm, FairnessTerm.table, on),
        )

    made: Policy = snapshot.made(("policy", on), make)
    return made


def categories_of(snapshot: Snapshot, code: str, on: date) -> tuple[str, ...]:
    """A category and those above it."""
    found = [code]
    while len(found) < DEEPEST:
        row = snapshot.get(Category, Category.table, found[-1], on)
        if row is None or row.parent is None:
            break
        found.append(row.parent)
    return tuple(found)


def place_of(snapshot: Snapshot, division: str, on: date) -> Place:
    """A division with the point of its township."""
    row = snapshot.get(Division, Division.table, division[:TOWNSHIP], on)
    if row is None or row.lng is None or row.lat is None:
        return Place(division)
    return Place(division, Point(row.lng, row.lat, row.point_quality or PointQuality.PLACEHOLDER))


def known_person(need: Need, row: PersonRow | None) -> Person:
    """What may be known of the asker: the file's codes, and the groups that triage decided.

    No group at all is taken as not asked yet, so that somebody asks rather than refuses.
    """
    codes = PersonCodes.model_validate(row.codes) if row else PersonCodes()
    groups = frozenset(codes.groups) | {Group(group) for group in need.groups}
    known: dict[str, Any] = {name: getattr(codes, name) for name in PersonCodes.model_fields}
    return Person(**(known | {"groups": groups or None, "division": row.division if row else need.division}))


def offer_of(
    snapshot: Snapshot, resource: Resource, account: Account | None, package: int | None, *, division: str, on: date
) -> Offer:
    """A resource as the rules see it."""
    point = None
    if resource.lng is not None and resource.lat is not None and resource.point_quality is not None:
        point = Point(resource.lng, resource.lat, PointQuality(resource.point_quality))
    is_counted = resource.capacity is not None
    return Offer(
        resource_id=resource.id, category=resource.category, areas=tuple(resource.areas),
        place=Place(resource.division, point), status=ResourceStatus(resource.status),
        assured_until=resource.assured_until, opens=resource.opens, closes=resource.closes,
        available=account.remaining if is_counted and account else None,
        maximum=resource.capacity, package=package if is_counted else None, lead_days=resource.lead_days,
        quality=resource.quality, duty=duty_of(snapshot, resource, division, on),
        eligibility=_judge_of(snapshot, resource, on),
    )  # fmt: skip


def duty_of(snapshot: Snapshot, resource: Resource, division: str, on: date) -> Duty:
    """What the duty list says of a provider here, for the resource's category: the row of the smallest area counts."""
    for length in (12, 9, 6, 4):
        key = f"{resource.category}:{division[:length]}"
        row = snapshot.get(DutyAssignment, DutyAssignment.table, key, on)
        if row is not None:
            if row.lead == resource.provider:
                return Duty.LEADS
            return Duty.SUPPORTS if resource.provider in row.supporting else Duty.NONE
    return Duty.NONE


def _judge_of(snapshot: Snapshot, resource: Resource, on: date) -> Judge | None:
    """The conditions of the resource itself and of its kind; both bind."""
    judges = []
    if resource.eligibility is not None:
        judges.append(_compiled(json.dumps(resource.eligibility, sort_keys=True)))
    kind = snapshot.get(ResourceKind, ResourceKind.table, resource.kind, on) if resource.kind else None
    if kind is not None and kind.eligibility is not None:
        tree = kind.eligibility
        judges.append(snapshot.made(("judge", resource.kind, on), lambda rows: compile_tree(tree)))
    return both(*judges) if judges else None


@lru_cache(maxsize=4096)
def _compiled(document: str) -> Judge:
    return compile_tree(read_tree(json.loads(document)))
