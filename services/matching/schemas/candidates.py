"""Forms about candidates: who could help, why, and why not."""

from datetime import date
from uuid import UUID

from pydantic import Field

from services.matching.rules.refusing import MatchRule
from shared.schemas.forms import View
from shared.schemas.reference import EligibilityField, Sentence
from shared.schemas.vocabulary import AccountKind, ScoreTerm, Unit, Verdict


class OfferView(View):
    """What a candidate or a refused offer is, in short."""

    resource_id: UUID
    provider: str
    external_id: str
    name: str
    category: str
    unit: Unit
    division: str | None
    documents: list[str]
    cost: str
    lead_days: int
    assured_until: date | None


class TermView(View):
    """One term of a score: how it stands from 0 to 1 (null: not known), its weight, the points it gave, in words."""

    name: ScoreTerm
    name_zh: str
    value: float | None
    weight: float
    points: float
    words: Sentence


class CandidateView(View):
    """A candidate with its place; the terms' points sum to `points`, of a hundred."""

    rank: int
    offer: OfferView
    points: float
    confidence: float = Field(description="How much of the weight was known, from 0 to 1.")
    account: AccountKind | None = Field(description="Whence it would be drawn; null where nothing is counted.")
    terms: list[TermView]


class RefusedView(View):
    """An offer that dropped out: by which rule, whether that said no or cannot tell, and what to ask the person."""

    offer: OfferView
    rule: MatchRule
    rule_zh: str
    verdict: Verdict
    words: list[Sentence]
    missing: list[EligibilityField]


class CandidatesView(View):
    """Who could help with a need, best first; and who not, what asking may cure first."""

    need_id: UUID
    category: str
    quantity: int
    candidates: list[CandidateView]
    refused: list[RefusedView] = Field(description="The first 50.")


class AnswerView(View):
    """What one rule says."""

    rule: MatchRule
    rule_zh: str
    verdict: Verdict
    words: list[Sentence]
    missing: list[EligibilityField]


class WhyView(View):
    """One resource for one need: what each rule says, and the score's terms whether or not it is a candidate."""

    need_id: UUID
    offer: OfferView
    is_candidate: bool
    answers: list[AnswerView]
    points: float
    terms: list[TermView]
