"""What cases refuses, and what to do about it."""

from uuid import UUID

from services.cases.rules.stages import CaseAct
from shared.kit.errors import Conflict, Forbidden, Unprocessable
from shared.schemas.vocabulary import CaseStage, CaseStatus, NeedStatus


class CaseCannotMove(Conflict):
    """The stages have no such move."""

    def __init__(self, act: CaseAct, status: CaseStatus, stage: CaseStage) -> None:
        super().__init__(
            f"The case is {status}, at {stage}, so {act} is not possible. Read it again and go on from there.",
            zh=f"个案状态为「{status.zh}」、阶段为「{stage.zh}」，不能办理「{act.zh}」。请刷新后按现状办理。",
        )


class CaseAlreadyOpen(Conflict):
    def __init__(self, id: UUID) -> None:
        super().__init__(
            f"This person has an open case at the station: {id}. Join the need to it at /cases/v1/cases/{{id}}/needs.",
            zh=f"该居民在本站已有在办个案（{id}）。请通过 /cases/v1/cases/{{id}}/needs 将需求并入。",
        )


class NeedOfAnother(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "The need is of another person or station than the case. Open a case for it instead.",
            zh="该需求与个案不属同一居民或同一社工站。请为其另开个案。",
        )


class NeedAlreadyInCase(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "The need is part of an open case already. Go on there.",
            zh="该需求已在办理中的个案内，请在该个案继续办理。",
        )


class NeedHasEnded(Conflict):
    """Nobody works on it any more."""

    def __init__(self, status: NeedStatus) -> None:
        super().__init__(
            f"The need has ended ({status}), so no case takes it. Reopen it at /needs/v1/needs/{{id}}/reopen first, or"
            " register what the person asks for now.",
            zh=f"该需求已结束（{status.zh}），不能纳入个案。"
            "请先在 /needs/v1/needs/{{id}}/reopen 重新办理，或登记新需求。",
        )


class NeedNotReady(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "A case takes a need that is triaged and names a person. Triage it and attach the person's file first.",
            zh="开案须需求已研判并已关联居民档案。请先研判并关联档案。",
        )


class UnknownNeed(Unprocessable):
    def __init__(self) -> None:
        super().__init__(
            "There is no need with this id that is yours. A need is known here seconds after it was registered.",
            zh="没有可用的该需求。需求登记后数秒内即可在此使用。",
            errors=[{"pointer": "#/need_id", "detail": "unknown need", "zh": "没有该需求"}],
        )


class UnknownWorker(Unprocessable):
    def __init__(self, pointer: str = "#/worker_id") -> None:
        super().__init__(
            "There is no such worker at this station who is still here. See /cases/v1/workers.",
            zh="本站没有该在岗社工。请查看 /cases/v1/workers。",
            errors=[{"pointer": pointer, "detail": "unknown worker", "zh": "没有该社工"}],
        )


class UnknownPlace(Unprocessable):
    def __init__(self, pointer: str) -> None:
        super().__init__(
            "There is no such station or division, or it is not yours. Look it up and send it again.",
            zh="没有该社工站或区划，或不在您的权限内。请核对后重试。",
            errors=[{"pointer": pointer, "detail": "unknown place", "zh": "没有该地点"}],
        )


class NotTrained(Conflict):
    """No case before the pre-service course is passed (考核合格方可上岗)."""

    def __init__(self) -> None:
        super().__init__(
            "This worker has not passed the pre-service course, so no case can be given to them. Record the passed"
            " course at /cases/v1/workers/{id}/trainings first.",
            zh="该社工尚未通过岗前培训考核，考核合格方可上岗。请先在 /cases/v1/workers/{id}/trainings 登记合格结果。",
        )


class MentorOfThemself(Unprocessable):
    def __init__(self) -> None:
        super().__init__(
            "Nobody is their own mentor. Name another worker of the station, or leave it out.",
            zh="本人不能担任自己的督导带教。请选择本站其他社工或留空。",
            errors=[{"pointer": "#/mentor_id", "detail": "the worker themself", "zh": "与本人相同"}],
        )


class AlreadyAtWork(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "This account is a worker already. Record that they left there first.",
            zh="该账号已登记为在岗社工。请先办理离岗。",
        )


class HasLeft(Conflict):
    def __init__(self) -> None:
        super().__init__("This worker has left. Register them anew.", zh="该社工已离岗。如返岗请重新登记。")


class NobodyHasIt(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "Nobody has this case yet. Assign a worker first, or name who served.",
            zh="个案尚未分派社工。请先分派，或注明服务社工。",
        )


class ConsentMissing(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "The person has not consented to the case. Record the consent, or ask for closure.",
            zh="居民尚未同意接案。请先登记同意，或申请结案。",
        )


class PlanIncomplete(Conflict):
    def __init__(self) -> None:
        super().__init__("A plan has a goal at least. Add one first.", zh="服务计划至少有一个目标。请先添加。")


class ScoresMissing(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "A person who was served is assessed at the end. Send the closing scores.",
            zh="已提供服务的个案须有结案评分。请填写结案评分。",
        )


class ApprovalWaits(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "An approval of this case is waiting already. It is decided first.", zh="该个案已有待审批事项，请先审批。"
        )


class AlreadyDecided(Conflict):
    def __init__(self) -> None:
        super().__init__("This was decided already. Read the case again.", zh="该事项已审批。请刷新查看。")


class OwnAct(Forbidden):
    """Nobody approves their own act."""

    def __init__(self) -> None:
        super().__init__(
            "You asked for this, or the case is yours: nobody approves their own. Ask the station head or,"
            " where that is you, the county's head station.",
            zh="本人申请或本人经办的个案不能由本人审批。请由站长审批；站长本人经办的，由县级社工总站审批。",
        )


class TransferWaits(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "This case is offered to a station that has not answered. Wait for it.",
            zh="该个案转介正待对方答复，请等待。",
        )


class NothingOffered(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "The case is offered to nobody, or the other station has answered. Read the case again.",
            zh="该个案没有待答复的转介，或对方已答复。请刷新查看。",
        )


class TransferToItself(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "The case is at this station already. To change the worker, assign it.",
            zh="个案已在该站。如需更换社工请使用分派。",
        )


class HappenedAtAnotherTime(Unprocessable):
    def __init__(self) -> None:
        super().__init__(
            "occurred_at lies in the future, or before the case was opened. Correct the time.",
            zh="开展时间不能晚于现在，也不能早于开案时间。请更正。",
            errors=[{"pointer": "#/occurred_at", "detail": "outside the possible time", "zh": "时间不合理"}],
        )


class UnknownPart(Unprocessable):
    def __init__(self, pointer: str) -> None:
        super().__init__(
            "There is no such thing in this case. Read the case and name one of its own.",
            zh="个案中没有这一项。请读取个案后选择其中一项。",
            errors=[{"pointer": pointer, "detail": "not in this case", "zh": "不属于该个案"}],
        )


class WishOfAnotherCategory(Conflict):
    """What is ordered for a need is of its category, so nothing could come of such a wish."""

    def __init__(self, category: str) -> None:
        super().__init__(
            f"What is ordered for this need is of its category, {category}. For something else register a need of the"
            " person at /needs/v1/needs and join it to the case.",
            zh=f"该需求的类别为 {category}，只能派该类别的工单。"
            "如需其他服务，请在 /needs/v1/needs 为其另行登记需求并并入个案。",
            errors=[{"pointer": "#/category", "detail": "not the need's category", "zh": "与需求类别不符"}],
        )


class WishIsUnderWay(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "An order of this wish is under way, or done. Cancel the order at /matching/v1/orders/{id}/cancel first.",
            zh="该需求已下单（办理中或已完成）。请先在 /matching/v1/orders/{id}/cancel 取消订单。",
        )


class NotEndedYet(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "Follow-up comes after the end, and this case has not ended. Set a task instead.",
            zh="跟踪回访在结案后进行，该个案尚未结案。请改用任务。",
        )


class FollowUpOver(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "This follow-up was recorded already, or the case went on before it. Plan another one.",
            zh="该回访已登记，或个案已重新开案。如有需要请另行安排。",
        )


class NothingFound(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "This follow-up was not recorded yet, so it shows nothing. Record what it found first.",
            zh="该回访尚未登记结果，不能作为重新开案的依据。请先登记。",
        )


class DayIsPast(Unprocessable):
    def __init__(self, pointer: str) -> None:
        super().__init__(
            "A follow-up lies ahead. Choose today or a later day.",
            zh="回访日期不能早于今天。请另选日期。",
            errors=[{"pointer": pointer, "detail": "in the past", "zh": "日期已过"}],
        )
