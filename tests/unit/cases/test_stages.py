"""The stages of MZ/T 094: a case goes on by approved acts, may go back, and ends only by its end."""

from hypothesis import given
from hypothesis import strategies as st

from services.cases.rules.stages import MOVES, CaseAct, after, may
from shared.schemas.vocabulary import CaseStage, CaseStatus

Place = tuple[CaseStatus, CaseStage]
BEGIN: Place = (CaseStatus.OPEN, CaseStage.INTAKE)
acts = st.lists(st.sampled_from(CaseAct), max_size=60)


def walked(tries: list[CaseAct]) -> list[tuple[CaseAct, Place, Place]]:
    """What happens to a case when somebody tries these acts, one after another."""
    place, done = BEGIN, []
    for act in tries:
        if may(act, *place):
            then = after(act, place[1])
            done.append((act, place, then))
            place = then
    return done


@given(acts)
def test_a_closed_case_is_only_reopened(tries: list[CaseAct]) -> None:
    assert {act for act, (status, _), _ in walked(tries) if status is CaseStatus.CLOSED} <= {CaseAct.REOPEN}


@given(acts)
def test_a_case_closes_only_after_closure_was_approved(tries: list[CaseAct]) -> None:
    last_stage_act: CaseAct | None = None
    for act, _, _ in walked(tries):
        if act is CaseAct.CLOSE:
            assert last_stage_act is CaseAct.CLOSURE
        if MOVES[act].end is not None:
            last_stage_act = act


@given(acts)
def test_nobody_intervenes_without_an_approved_plan_after_the_latest_assessment(tries: list[CaseAct]) -> None:
    planned = False
    for act, _, (_, stage) in walked(tries):
        if act is CaseAct.PLAN:
            planned = True
        elif act in (CaseAct.ASSESS, CaseAct.REOPEN):
            planned = False
        assert planned or stage not in (CaseStage.INTERVENTION, CaseStage.EVALUATION)


@given(acts)
def test_a_case_that_rests_moves_nowhere(tries: list[CaseAct]) -> None:
    for act, before, then in walked(tries):
        if before[0] is CaseStatus.SUSPENDED:
            assert (act, then) == (CaseAct.RESUME, (CaseStatus.OPEN, before[1]))


def test_every_stage_can_be_reached_and_every_act_is_possible_somewhere() -> None:
    reached, done, waiting = {BEGIN}, set(), [BEGIN]
    while waiting:
        place = waiting.pop()
        for act in CaseAct:
            if may(act, *place):
                done.add(act)
                then = after(act, place[1])
                if then not in reached:
                    reached.add(then)
                    waiting.append(then)
    assert {stage for _, stage in reached} == set(CaseStage)
    assert done == set(CaseAct)


def test_from_everywhere_a_case_can_come_to_its_end() -> None:
    """A case that nothing can end would stay open for ever."""
    for status in CaseStatus:
        for stage in CaseStage:
            place, steps = (status, stage), [CaseAct.RESUME, CaseAct.REOPEN, CaseAct.CLOSURE, CaseAct.CLOSE]
            for act in steps:
                if may(act, *place):
                    place = after(act, place[1])
            assert place[0] is CaseStatus.CLOSED
