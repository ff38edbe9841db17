"""What happened, as a sentence: each fact's name in words, and of its codes those that a reader wants."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from shared.schemas import vocabulary
from shared.schemas.vocabulary import Word

# (title, who tells it): the publisher gives the entry its colour on the page.
TITLES: Final[dict[str, str]] = {
    "needs.need_registered.v1": "登记需求",
    "needs.need_triaged.v1": "研判",
    "needs.need_started.v1": "开始服务",
    "needs.need_waiting.v1": "暂无资源，开始轮候",
    "needs.need_contacted.v1": "与居民联系",
    "needs.need_withdrawn.v1": "居民撤回",
    "needs.need_referred_out.v1": "转交其他单位",
    "needs.need_joined.v1": "并入另一条需求",
    "needs.need_reopened.v1": "重新打开",
    "needs.need_resolved.v1": "办结",
    "needs.need_closed.v1": "本周期结束",
    "needs.need_paused.v1": "时限暂停",
    "needs.need_resumed.v1": "时限恢复",
    "needs.reopening_declined.v1": "县级裁定不再打开",
    "needs.clock_warned.v1": "时限提醒",
    "needs.clock_breached.v1": "时限超期",
    "needs.crisis_raised.v1": "升为危机，已通知值班人员",
    "matching.order_requested.v1": "下单",
    "matching.order_accepted.v1": "部门接单",
    "matching.order_rejected.v1": "部门退单",
    "matching.order_started.v1": "部门开始服务",
    "matching.order_held.v1": "部门暂停服务",
    "matching.order_resumed.v1": "部门恢复服务",
    "matching.order_completed.v1": "部门办结",
    "matching.order_failed.v1": "部门未能完成",
    "matching.order_cancelled.v1": "工单撤销",
    "matching.match_exhausted.v1": "所有候选都已问过",
    "cases.case_opened.v1": "建立个案",
    "cases.case_joined.v1": "并入个案",
    "cases.case_reopened.v1": "个案重新打开",
    "cases.case_unowned.v1": "个案无人负责，已提醒",
    "cases.part_ended.v1": "需求已转至其他社工站，本个案不再包含该需求",
    "cases.contact_made.v1": "个案中联系居民",
    "cases.service_recorded.v1": "服务记录",
    "cases.stage_changed.v1": "个案进入新阶段",
    "cases.case_transferred.v1": "个案移交",
    "cases.case_closed.v1": "个案结案",
}
# Which list a detail's code stands in.
_LISTS: Final[dict[str, type[Word]]] = {
    "urgency": vocabulary.Urgency, "kind": vocabulary.ContactKind, "outcome": vocabulary.Outcome,
    "channel": vocabulary.Channel, "stage": vocabulary.CaseStage, "told": vocabulary.TellLevel,
}  # fmt: skip
_REASONS: Final[dict[str, type[Word]]] = {
    "matching.order_rejected.v1": vocabulary.RefusalReason,
    "matching.order_failed.v1": vocabulary.FailureReason,
    "matching.order_cancelled.v1": vocabulary.CancellationReason,
    "matching.order_held.v1": vocabulary.PauseReason,
    "needs.need_paused.v1": vocabulary.PauseReason,
    "needs.need_reopened.v1": vocabulary.ReopenReason,
}
_KINDS: Final[dict[str, type[Word]]] = {
    "needs.clock_warned.v1": vocabulary.ClockKind,
    "needs.clock_breached.v1": vocabulary.ClockKind,
    "needs.need_referred_out.v1": vocabulary.ReferralKind,
    "cases.service_recorded.v1": vocabulary.ServiceKind,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the timeline; `provider` and `category` are codes that the page names."""

    at: str
    publisher: str
    title: str
    words: tuple[str, ...]
    provider: str | None
    category: str | None


def entry(fact: str, at: str, details: Mapping[str, Any]) -> Entry | None:
    """A fact as a line; None for what only moves the machinery (a changed row that other lines tell of)."""
    title = TITLES.get(fact)
    if title is None:
        return None
    return Entry(
        at, fact.partition(".")[0], title, tuple(_words(fact, details)), details.get("provider"),
        details.get("category"),
    )  # fmt: skip


def _words(fact: str, details: Mapping[str, Any]) -> list[str]:
    said = [_zh(_LISTS[name], details.get(name)) for name in _LISTS if name != "kind" and details.get(name)]
    if details.get("kind"):
        said.append(_zh(_KINDS.get(fact, _LISTS["kind"]), details["kind"]))
    if details.get("reason") and fact in _REASONS:
        said.append(_zh(_REASONS[fact], details["reason"]))
    if details.get("used") is not None and details.get("quantity") is not None:
        said.append(f"用了 {details['used']} / {details['quantity']}")
    if details.get("minutes"):
        said.append(f"{details['minutes']} 分钟")
    if details.get("is_late_entry"):
        said.append("事后补录")
    return said


def _zh(words: type[Word], code: Any) -> str:
    try:
        return words(str(code)).zh
    except ValueError:
        return str(code)
