"""The stages of a case by MZ/T 094: each act leads on, some need the station head's word, and some lead back."""

from dataclasses import dataclass
from typing import Final

from shared.schemas.vocabulary import CaseStage, CaseStatus, Word

S = CaseStage


class CaseAct(Word):
    """What moves a case from stage to stage."""

    INTAKE = "intake", "接案审批"
    ASSESS = "assess", "预估"
    PLAN = "plan", "计划审批"
    EVALUATE = "evaluate", "成效评估"
    CLOSURE = "closure", "结案审批"
    CLOSE = "close", "结案"
    REOPEN = "reopen", "重新开案"
    SUSPEND = "suspend", "暂停"
    RESUME = "resume", "恢复"


@dataclass(frozen=True, slots=True)
class Move:
    """From which stages an act is possible and where it leads; None leaves the stage as it is.

    `on` is the status that the case must have, `then` the one it has afterwards.
    """

    start: frozenset[CaseStage]
    end: CaseStage | None
    on: CaseStatus = CaseStatus.OPEN
    then: CaseStatus = CaseStatus.OPEN


_ALL: Final = frozenset(CaseStage)
_WORKED: Final = frozenset({S.PLANNING, S.INTERVENTION, S.EVALUATION})

MOVES: Final[dict[CaseAct, Move]] = {
    CaseAct.INTAKE: Move(frozenset({S.INTAKE}), S.ASSESSMENT),
    # A case goes back: what is assessed anew is planned anew.
    CaseAct.ASSESS: Move(frozenset({S.ASSESSMENT}) | _WORKED, S.PLANNING),
    CaseAct.PLAN: Move(frozenset({S.PLANNING}), S.INTERVENTION),
    CaseAct.EVALUATE: Move(frozenset({S.INTERVENTION, S.EVALUATION}), S.EVALUATION),
    # People refuse, move away and die at any stage.
    CaseAct.CLOSURE: Move(_ALL - {S.TERMINATION}, S.TERMINATION),
    CaseAct.CLOSE: Move(frozenset({S.TERMINATION}), None, then=CaseStatus.CLOSED),
    CaseAct.REOPEN: Move(_ALL, S.ASSESSMENT, on=CaseStatus.CLOSED),
    CaseAct.SUSPEND: Move(_ALL, None, then=CaseStatus.SUSPENDED),
    CaseAct.RESUME: Move(_ALL, None, on=CaseStatus.SUSPENDED),
}


def may(act: CaseAct, status: CaseStatus, stage: CaseStage) -> bool:
    """Whether an act is possible where a case stands."""
    move = MOVES[act]
    return status is move.on and stage in move.start


def after(act: CaseAct, stage: CaseStage) -> tuple[CaseStatus, CaseStage]:
    """Status and stage once the act is done."""
    return MOVES[act].then, MOVES[act].end or stage
