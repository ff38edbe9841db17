"""What is written into the forms of a case file, as cases takes it: one line an act."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from shared.schemas.vocabulary import Domain

Fields = Mapping[str, str]
Body = dict[str, Any]
FOLLOW_UP_DAYS: Final = 3


@dataclass(frozen=True, slots=True)
class Form:
    """How a form becomes a request, and what is told once it is done."""

    body: Callable[[Fields], Body]
    done: str


def filled(fields: Fields, *names: str) -> Body:
    """The fields of these names that say something."""
    return {name: fields[name] for name in names if fields.get(name)}


def amount(fields: Fields, name: str) -> Body:
    """A number as typed; what is none is refused by the service with its reason."""
    written = fields.get(name, "")
    return {name: int(written) if written.isdecimal() else written} if written else {}


def moment(fields: Fields, name: str = "occurred_at") -> Body:
    """A time as browsers send it, which is Shanghai's."""
    return {name: f"{fields[name]}:00+08:00"} if fields.get(name) else {}


def scores(fields: Fields) -> Body:
    """The domains that were scored, each from 1 to 5."""
    found = {domain.value: int(score) for domain in Domain if (score := fields.get(f"score_{domain}", "")).isdecimal()}
    return {"scores": found} if found else {}


def _nothing(_: Fields) -> Body:
    return {}


def _consent(fields: Fields) -> Body:
    return {"given": fields.get("given") == "yes", **filled(fields, "evidence")}


def _decision(fields: Fields) -> Body:
    return {"approved": fields.get("approved") == "yes", **filled(fields, "reason")}


def _answer(fields: Fields) -> Body:
    return {"accepts": fields.get("accepts") == "yes", **filled(fields, "worker_id")}


def _assessment(fields: Fields) -> Body:
    return scores(fields) | {"is_evaluation": fields.get("is_evaluation") == "yes"} | filled(fields, "words")


def _service(fields: Fields) -> Body:
    body = filled(fields, "kind", "contact", "need_id", "worker_id", "words")
    body |= amount(fields, "minutes") | amount(fields, "person_times") | moment(fields)
    return body | {"reached": fields.get("reached") == "yes"}


def _closing(fields: Fields) -> Body:
    days = [day for place in range(FOLLOW_UP_DAYS) if (day := fields.get(f"follow_up_{place}", ""))]
    return filled(fields, "outcome") | scores(fields) | {"follow_ups": days}


def _follow_up(fields: Fields) -> Body:
    is_reached = fields.get("reached") == "yes"
    body = filled(fields, "kind", "words", "next_on", *(["standing"] if is_reached else []))
    return body | moment(fields) | {"reached": is_reached}


def _wish(fields: Fields) -> Body:
    return filled(fields, "need_id", "category", "words") | amount(fields, "quantity")


def _of(*names: str) -> Callable[[Fields], Body]:
    return lambda fields: filled(fields, *names)


# By the place in the address: of the case itself, and of something in it.
FORMS: Final[dict[str, Form]] = {
    "consent": Form(_consent, "已记录本人对个案服务的意见。"),
    "approvals": Form(_of("act"), "已提交站长审批。"),
    "assign": Form(_of("worker_id"), "已指派。"),
    "transfer": Form(_of("station_id", "reason"), "已向对方站提出移交，等待答复。"),
    "suspend": Form(_nothing, "个案已暂停。"),
    "resume": Form(_nothing, "个案已恢复。"),
    "close": Form(_closing, "已结案。"),
    "reopen": Form(_of("follow_up_id"), "已重新开案，从预估开始。"),
    "needs": Form(_of("need_id"), "需求已并入本个案。"),
    "order-wishes": Form(_wish, "已记下希望的资源，可从下方找资源下单。"),
    "follow-ups": Form(_of("due_on"), "已安排回访。"),
    "assessments": Form(_assessment, "评分已保存。"),
    "goals": Form(_of("domain", "words"), "目标已写入计划。"),
    "tasks": Form(_of("words", "due_on", "worker_id"), "任务已安排。"),
    "services": Form(_service, "服务已记录。"),
    "notes": Form(_of("words"), "备注已保存。"),
}
PART_FORMS: Final[dict[tuple[str, str], Form]] = {
    ("approvals", "decide"): Form(_decision, "审批已记录。"),
    ("tasks", "finish"): Form(_nothing, "任务已完成。"),
    ("order-wishes", "withdraw"): Form(_nothing, "已撤销这项希望。"),
    ("follow-ups", "record"): Form(_follow_up, "回访已记录。"),
    ("attachments", "remove"): Form(_nothing, "文件已删除。"),
}
TAKE_BACK: Final = Form(_nothing, "已收回移交。")
ANSWER: Final = Form(_answer, "已答复移交。")
