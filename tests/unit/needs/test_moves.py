"""How far a need can go: the table is walked at random, and promises about it hold on every way."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.needs.errors import NeedCannotMove, UrgencyCannotFall
from services.needs.models import Need
from services.needs.rules.moves import NEXT, NEXT_STEP, OPEN, is_for_the_county, is_raised, may_move
from shared.schemas.vocabulary import Channel, NeedStatus, Outcome, ReferralKind, ReopenReason, Urgency

S = NeedStatus
NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)


def fresh() -> Need:
    return Need(
        id=UUID(int=1), reference="XQ260310-7K3QF9-5", channel=Channel.HOTLINE, resident_id=None, groups=[],
        urgency=Urgency.ROUTINE, category=None, confidence=None, division="361002100", station_id=UUID(int=2),
        status=S.REGISTERED, episode=1, outcome=None, assigned_to=None, registered_at=NOON, version=1,
    )  # fmt: skip


class Walk(RuleBasedStateMachine):
    """A need driven by whatever verb comes; the verb moves it exactly when the table says so."""

    @initialize()
    def register(self) -> None:
        self.need = fresh()
        self.refusals = 0

    def _try(self, wanted: NeedStatus, act: Callable[[], object]) -> None:
        before = S(self.need.status)
        frozen = (self.need.status, self.need.version, self.need.urgency, self.need.category, self.need.outcome)
        allowed = wanted in NEXT[before]
        if not allowed:
            with pytest.raises(NeedCannotMove, match=before):
                act()
            after = (self.need.status, self.need.version, self.need.urgency, self.need.category, self.need.outcome)
            assert after == frozen
        else:
            act()
            assert self.need.status == wanted
            assert self.need.version == frozen[1] + 1

    @rule(urgency=some.sampled_from(Urgency))
    def triage(self, urgency: Urgency) -> None:
        if Urgency(self.need.urgency).rank < urgency.rank:
            with pytest.raises(UrgencyCannotFall):
                self._triage(urgency)
            return
        if self.need.status == S.IN_SERVICE and urgency.rank < Urgency(self.need.urgency).rank:
            self._triage(urgency)
            assert self.need.status == S.IN_SERVICE
            return
        self._try(S.TRIAGED, lambda: self._triage(urgency))

    def _triage(self, urgency: Urgency) -> None:
        fact = self.need.triage(
            category="meals", groups=(), urgency=urgency, station_id=UUID(int=2), division="361002100",
            confidence=1.0, by="head", at=NOON,
        )  # fmt: skip
        assert (fact.category, fact.urgency) == ("meals", urgency)

    @rule()
    def order(self) -> None:
        self._try(S.ORDERED, self.need.order)

    @rule()
    def wait(self) -> None:
        self._try(S.WAITING, self.need.wait)

    @rule(by_station=some.booleans())
    def start(self, by_station: bool) -> None:
        self._try(S.IN_SERVICE, lambda: self.need.start(by_station=by_station, at=NOON))

    @rule(outcome=some.sampled_from(Outcome))
    def resolve(self, outcome: Outcome) -> None:
        self._try(S.RESOLVED, lambda: self.need.resolve(outcome, by="worker", at=NOON))

    @rule()
    def withdraw(self) -> None:
        self._try(S.WITHDRAWN, lambda: self.need.withdraw(at=NOON))

    @rule()
    def refer(self) -> None:
        self._try(S.REFERRED_OUT, lambda: self.need.refer(ReferralKind.MEDICAL, at=NOON))

    @rule()
    def join(self) -> None:
        self._try(S.JOINED, lambda: self.need.join(UUID(int=3), at=NOON))

    @rule()
    def close(self) -> None:
        self._try(S.CLOSED, lambda: self.need.close(at=NOON))

    @rule()
    def mark_in_error(self) -> None:
        self._try(S.ENTERED_IN_ERROR, self.need.mark_in_error)

    @precondition(lambda self: hasattr(self, "need"))
    @invariant()
    def a_resolved_need_has_an_outcome(self) -> None:
        if self.need.status == S.RESOLVED:
            assert self.need.outcome is not None

    @precondition(lambda self: hasattr(self, "need"))
    @invariant()
    def nothing_is_served_before_it_was_triaged(self) -> None:
        if self.need.status in (S.ORDERED, S.WAITING, S.IN_SERVICE, S.RESOLVED):
            assert self.need.category == "meals"


Walk.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestWalk = Walk.TestCase


# The states of the domain, written down a second time: whoever changes the table changes it here too.
ONWARD = {
    S.REGISTERED: {S.TRIAGED},
    S.TRIAGED: {S.TRIAGED, S.ORDERED, S.WAITING, S.IN_SERVICE, S.RESOLVED},
    S.ORDERED: {S.TRIAGED, S.WAITING, S.IN_SERVICE, S.RESOLVED},
    S.WAITING: {S.TRIAGED, S.ORDERED, S.IN_SERVICE, S.RESOLVED},
    S.IN_SERVICE: {S.RESOLVED, S.WAITING},
    S.RESOLVED: {S.CLOSED, S.ENTERED_IN_ERROR},
}
ENDS = {S.WITHDRAWN, S.REFERRED_OUT, S.JOINED, S.ENTERED_IN_ERROR}


@pytest.mark.parametrize("state", list(S))
def test_from_each_state_a_need_goes_where_the_domain_says_and_nowhere_else(state: NeedStatus) -> None:
    assert NEXT[state] == ONWARD.get(state, set()) | (ENDS if state in OPEN else set())


def test_every_state_can_be_reached_from_registration() -> None:
    reached, waiting = set(), [S.REGISTERED]
    while waiting:
        state = waiting.pop()
        if state not in reached:
            reached.add(state)
            waiting.extend(NEXT[state])
    assert reached == set(S)


@pytest.mark.parametrize("state", sorted(OPEN))
def test_every_open_need_can_end_and_never_only_with_help(state: NeedStatus) -> None:
    assert {S.WITHDRAWN, S.REFERRED_OUT, S.JOINED, S.ENTERED_IN_ERROR} <= NEXT[state]


@pytest.mark.parametrize("state", [S.REFERRED_OUT, S.JOINED, S.ENTERED_IN_ERROR])
def test_some_ends_are_for_ever(state: NeedStatus) -> None:
    assert not NEXT[state]


@pytest.mark.parametrize("state", list(S))
def test_what_is_reopened_begins_its_next_episode_at_triage(state: NeedStatus) -> None:
    need = fresh()
    need.status, need.category, need.outcome = state, "meals", Outcome.PARTLY
    if state not in (S.RESOLVED, S.CLOSED, S.WITHDRAWN):
        with pytest.raises(NeedCannotMove):
            need.reopen(ReopenReason.CAME_BACK, at=NOON)
        return
    fact = need.reopen(ReopenReason.CAME_BACK, at=NOON)
    assert (need.status, need.episode, fact.episode) == (S.TRIAGED, 2, 2)
    assert not need.outcome


def test_what_ended_moves_on_by_no_other_verb_than_reopening() -> None:
    assert [state for state in S if state not in OPEN and NEXT[state] & OPEN] == []


def test_what_was_never_judged_can_not_be_reopened() -> None:
    need = fresh()
    need.withdraw(at=NOON)
    with pytest.raises(NeedCannotMove):
        need.reopen(ReopenReason.CAME_BACK, at=NOON)


def test_the_third_reopening_is_for_the_county() -> None:
    assert [is_for_the_county(episode) for episode in (1, 2, 3, 4)] == [False, False, True, True]


def test_a_moment_before_the_reopening_counts_for_the_episode_before() -> None:
    need = fresh()
    need.status, need.category = S.CLOSED, "meals"
    need.reopen(ReopenReason.CAME_BACK, at=NOON)
    assert [need.episode_at(NOON - timedelta(seconds=1)), need.episode_at(NOON)] == [1, 2]


def test_nobody_resolves_what_nobody_triaged() -> None:
    assert not may_move(S.REGISTERED, S.RESOLVED)
    assert not may_move(S.REGISTERED, S.ORDERED)


def test_urgency_is_raised_towards_crisis_only() -> None:
    assert is_raised(Urgency.ROUTINE, Urgency.CRISIS)
    assert not is_raised(Urgency.CRISIS, Urgency.URGENT)
    assert not is_raised(Urgency.URGENT, Urgency.URGENT)


def test_the_person_who_asked_is_told_something_in_every_state() -> None:
    assert set(NEXT_STEP) == set(S)
    assert all(sentence.endswith("。") for sentence in NEXT_STEP.values())
