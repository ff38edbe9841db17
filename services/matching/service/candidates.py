"""Who could help with a need: the offers gathered, judged by the rules, ranked by the policy, put into words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.matching.errors import NeedNotHeardYet, NeedNotReady, UnknownResource
from services.matching.models import Need, Resource
from services.matching.repository import asking, giving, orders
from services.matching.repository import offers as repository
from services.matching.rules import refusing
from services.matching.rules.candidates import Ask, Offer
from services.matching.rules.distance import Place
from services.matching.rules.ranking import Candidate, Term, explained, rank
from services.matching.rules.refusing import Refused
from services.matching.schemas.candidates import (
    AnswerView,
    CandidatesView,
    CandidateView,
    OfferView,
    RefusedView,
    TermView,
    WhyView,
)
from services.matching.service.policy import categories_of, known_person, offer_of, place_of, policy_of
from shared.kit.clock import today
from shared.kit.errors import NotFound
from shared.kit.reference import reference
from shared.schemas.vocabulary import NeedStatus, Verdict

MOST_REFUSED = 50
MATCHED = frozenset({NeedStatus.TRIAGED, NeedStatus.ORDERED, NeedStatus.WAITING, NeedStatus.IN_SERVICE})


@dataclass(frozen=True, slots=True)
class Ranking:
    """The candidates, best first, the refused in reading order, and the resources that both speak of."""

    ask: Ask
    candidates: list[Candidate]
    refused: list[Refused]
    resources: dict[UUID, Resource]


async def need_to_match(session: AsyncSession, id: UUID) -> Need:
    """A need that was triaged and has not ended.

    Raises:
        NeedNotHeardYet: its fact has not arrived.
        NotFound: it is not the caller's to see.
        NeedNotReady: it was not triaged, or has ended.
    """
    need = await asking.need_by_id(session, id)
    if need is None:
        raise NotFound if await asking.need_is_known(session, id) else NeedNotHeardYet
    if need.category is None or NeedStatus(need.status) not in MATCHED:
        raise NeedNotReady(NeedStatus(need.status))
    return need


async def ask_of(session: AsyncSession, need: Need, quantity: int) -> Ask:
    """What is known of the asking side."""
    snapshot, day = await reference(session), today(session)
    person = await asking.person_by_resident(session, need.resident_id) if need.resident_id else None
    return Ask(
        categories=categories_of(snapshot, need.category or "", day),
        on=day,
        place=Place(need.division, place_of(snapshot, need.division, day).point),
        person=known_person(need, person),
        quantity=quantity,
        asked=await orders.resources_asked(session, need.id, need.episode),
    )


async def rank_for(session: AsyncSession, need: Need, *, quantity: int, limit: int) -> Ranking:
    """The best candidates for a need; those refused by a rule are told apart."""
    ask = await ask_of(session, need, quantity)
    near = await repository.offers_within_reach(session, ask, need.station_id)
    resources = {resource.id: resource for resource, _ in near}
    offers = await _offers(session, need, near, ask.on)
    refused = [(offer, refusing.refused(ask, offer)) for offer in offers]
    fit = [offer for offer, refusal in refused if refusal is None]
    policy = policy_of(await reference(session), ask.on)
    candidates = rank(ask, fit, policy, limit=limit)
    return Ranking(ask, candidates, [refusal for _, refusal in refused if refusal is not None], resources)


async def _offers(session: AsyncSession, need: Need, offered: Sequence[repository.Offered], on: date) -> list[Offer]:
    snapshot = await reference(session)
    ids = [resource.id for resource, _ in offered]
    packages: dict[UUID, int] = {}
    for package in await repository.open_packages(session, need.station_id, ids, on):
        packages[package.resource_id] = max(package.remaining, packages.get(package.resource_id, 0))
    return [
        offer_of(snapshot, resource, account, packages.get(resource.id), division=need.division, on=on)
        for resource, account in offered
    ]


async def candidates(session: AsyncSession, need_id: UUID, *, quantity: int, limit: int) -> CandidatesView:
    """Who could help, best first, and who not and why."""
    need = await need_to_match(session, need_id)
    ranking = await rank_for(session, need, quantity=quantity, limit=limit)
    far = await repository.offers_out_of_reach(session, ranking.ask, list(ranking.resources))
    found = ranking.resources | {resource.id: resource for resource, _ in far}
    judged = [refusing.refused(ranking.ask, offer) for offer in await _offers(session, need, far, ranking.ask.on)]
    refused = refusing.in_reading_order(ranking.refused + [each for each in judged if each is not None])
    return CandidatesView(
        need_id=need.id, category=need.category or "", quantity=quantity,
        candidates=[_candidate(each, found[each.resource_id]) for each in ranking.candidates],
        refused=[_refused(each, found[each.resource_id]) for each in refused[:MOST_REFUSED]],
    )  # fmt: skip


async def why(session: AsyncSession, need_id: UUID, resource_id: UUID, *, quantity: int) -> WhyView:
    """What every rule says of one resource for one need, and how it would score."""
    need = await need_to_match(session, need_id)
    ask, offer, resource = await case_of(session, need, resource_id, quantity)
    scored = explained(1, ask, offer, policy_of(await reference(session), ask.on))
    answers = [_answer(rule, judgement) for rule, judgement in refusing.answers(ask, offer)]
    return WhyView(
        need_id=need.id, offer=OfferView(**_short(resource)), points=scored.points, terms=_terms(scored.terms),
        is_candidate=all(answer.verdict is Verdict.YES for answer in answers), answers=answers,
    )  # fmt: skip


async def case_of(session: AsyncSession, need: Need, resource_id: UUID, quantity: int) -> tuple[Ask, Offer, Resource]:
    """One need and one resource, ready to be judged."""
    found = await giving.resource_with_capacity(session, resource_id)
    if found is None:
        raise UnknownResource
    ask = await ask_of(session, need, quantity)
    [offer] = await _offers(session, need, [found], ask.on)
    return ask, offer, found[0]


def _short(resource: Resource) -> dict[str, Any]:
    shown = {name: getattr(resource, name) for name in OfferView.model_fields if name != "resource_id"}
    return shown | {"resource_id": resource.id}


def _terms(terms: Sequence[Term]) -> list[TermView]:
    return [
        TermView(
            name=term.name, name_zh=term.name.zh, value=term.value, weight=term.weight, points=round(term.points, 2),
            words=term.words,
        )
        for term in terms
    ]  # fmt: skip


def _candidate(candidate: Candidate, resource: Resource) -> CandidateView:
    return CandidateView(
        rank=candidate.rank, offer=OfferView(**_short(resource)), points=round(candidate.points, 2),
        confidence=round(candidate.confidence, 3), account=candidate.account, terms=_terms(candidate.terms),
    )  # fmt: skip


def _refused(refusal: Refused, resource: Resource) -> RefusedView:
    return RefusedView(
        offer=OfferView(**_short(resource)), rule=refusal.rule, rule_zh=refusal.rule.zh, verdict=refusal.verdict,
        words=list(refusal.words), missing=list(refusal.missing),
    )  # fmt: skip


def _answer(rule: refusing.MatchRule, judgement: Any) -> AnswerView:
    words = [ground.because for ground in judgement.grounds]
    return AnswerView(
        rule=rule, rule_zh=rule.zh, verdict=judgement.verdict, words=words, missing=list(judgement.missing)
    )
