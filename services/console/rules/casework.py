"""A case as a worker reads it: its stages as steps, what comes next, and what may be asked of the head."""

from collections.abc import Mapping
from typing import Any, Final

from shared.schemas.vocabulary import CaseStage, Domain

OPEN: Final = "open"
# What comes next at each stage, in the worker's words.
NEXT: Final[dict[CaseStage, str]] = {
    CaseStage.INTAKE: "请站长审批接案；通过后进入预估。",
    CaseStage.ASSESSMENT: "做一次预估，给各方面打分；保存后进入计划。",
    CaseStage.PLANNING: "写下至少一个目标，再请站长审批服务计划。",
    CaseStage.INTERVENTION: "按计划服务并记录；有了成效再做一次评估。",
    CaseStage.EVALUATION: "成效已评估，可请站长审批结案；还需服务的继续记录。",
    CaseStage.TERMINATION: "站长已同意结案：填写结果和结案评分。",
}
# What the head can be asked for, and at which stages.
_ASKED: Final[tuple[tuple[str, str, frozenset[CaseStage]], ...]] = (
    ("intake", "申请接案审批", frozenset({CaseStage.INTAKE})),
    ("plan", "申请计划审批", frozenset({CaseStage.PLANNING})),
    ("closure", "申请结案审批", frozenset(CaseStage) - {CaseStage.TERMINATION}),
)
ASKED_ZH: Final = {"intake": "接案", "plan": "服务计划", "closure": "结案"}
WISH_ZH: Final = {"wished": "待下单", "withdrawn": "已撤销"}
WORDS_ZH: Final = {
    "assessment": "评估说明", "goal": "目标", "task": "任务", "service_record": "服务记录", "note": "备注",
    "order_wish": "希望下单", "follow_up": "回访",
}  # fmt: skip


def steps(case: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The stages of MZ/T 094 with their state on the page: past, here or to come."""
    stages = list(CaseStage)
    at = len(stages) if case["status"] == "closed" else stages.index(CaseStage(case["stage"]))
    return [(stage.zh, "past" if place < at else "here" if place == at else "") for place, stage in enumerate(stages)]


def waiting_approval(case: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the head was asked and has not decided."""
    return next((each for each in case["approvals"] if each["decided_at"] is None), None)


def waiting_transfer(case: Mapping[str, Any]) -> dict[str, Any] | None:
    """The offer to another station that nobody has answered."""
    return next((each for each in case["transfers"] if each["answered_at"] is None), None)


def to_ask(case: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the worker can ask the head for now: the code, and the words of its button.

    Without the person's word only closing can be asked for; a button for the rest would lead to a refusal.
    """
    if case["status"] != OPEN or waiting_approval(case) is not None:
        return []
    stage = CaseStage(case["stage"])
    return [
        (act, words)
        for act, words, stages in _ASKED
        if stage in stages and (act == "closure" or case["consents"] is True)
    ]


def scored(case: Mapping[str, Any]) -> list[Domain]:
    """The parts of life that were assessed at any time."""
    return [domain for domain in Domain if any(domain in each["scores"] for each in case["assessments"])]


def comes_next(case: Mapping[str, Any]) -> str:
    """One sentence: what the case waits for."""
    if case["status"] == "closed":
        return "个案已结案。到了回访日请联系本人；需要再次服务时由站长重新开案。"
    if case["status"] == "suspended":
        return "个案已暂停，恢复后继续；暂停期间只能写备注。"
    asked = waiting_approval(case)
    if asked is not None:
        return f"正等待站长审批{ASKED_ZH.get(asked['act'], asked['act'])}。"
    if case["consents"] is not True:
        return "先取得本人对个案服务的同意；没有同意只能申请结案。"
    return NEXT[CaseStage(case["stage"])]
