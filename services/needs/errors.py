"""What needs refuses, and what to do about it."""

from uuid import UUID

from pydantic import ValidationError

from shared.kit.errors import Conflict, Forbidden, Unprocessable
from shared.kit.wording import what_is_wrong
from shared.schemas.vocabulary import NeedStatus


class NeedCannotMove(Conflict):
    """The state machine has no such move."""

    def __init__(self, now: NeedStatus, then: NeedStatus) -> None:
        super().__init__(
            f"A need that is {now} cannot become {then}. Read it again to see where it stands.",
            zh=f"需求已是「{now.zh}」，不能改为「{then.zh}」。请重新读取查看现状。",
        )


class UrgencyCannotFall(Conflict):
    """Urgency may rise at any time, never fall."""

    def __init__(self) -> None:
        super().__init__(
            "Urgency can rise, not fall. Leave it as it is, or raise it.",
            zh="紧急程度只能上调，不能下调。请保持原级或上调。",
        )


class OrdersStillOpen(Conflict):
    """A need is resolved only when all its orders have ended."""

    def __init__(self, count: int) -> None:
        super().__init__(
            f"{count} order(s) of this need are still open. Complete or cancel them first, then state the outcome.",
            zh=f"该需求还有 {count} 张工单未结束。请先完成或取消工单，再填写办理结果。",
        )


class CaseStillOpen(Conflict):
    """A need is resolved only when its part in a case has ended."""

    def __init__(self, count: int) -> None:
        super().__init__(
            f"This episode is part of {count} open case(s); the need shows which. Close the case first, then state the"
            " outcome. If it was closed just now, try again in a moment.",
            zh=f"本次服务还在 {count} 个未结个案中（见需求详情）。请先结案，再填写办理结果；如刚结案，请稍后再试。",
        )


class NotBeforeTheCounty(Conflict):
    """The county decides once it is asked."""

    def __init__(self) -> None:
        super().__init__(
            "This need does not wait for a decision of the county. Read it again; what waits is in the queue under"
            " awaits_county=true.",
            zh="该需求没有待县级裁定的重新受理申请。请重新读取；待裁定的见队列 awaits_county=true。",
        )


class CountyDecides(Conflict):
    """Twice a need is reopened by itself; after that somebody of the county decides."""

    def __init__(self) -> None:
        super().__init__(
            "This takes a decision of the county: reopened twice already, or for the county's reason. Ask the head"
            " station of the county to reopen it.",
            zh="该需求已两次重新受理，或原因为县级裁定，须由县级决定。请报县级社工总站重新受理。",
        )


class NotTheSameMatter(Conflict):
    """Two needs that are not one."""

    def __init__(self) -> None:
        super().__init__(
            "These two needs are not one matter, or the other one has ended. Join it to an open need of the same"
            " person; where one of them names nobody, of the same township and category.",
            zh="两条需求不是同一事项，或对方已结束。只能并入同一居民的在办需求；有一方匿名时，须为同一乡镇、同一类别。",
        )


class UnknownNeed(Unprocessable):
    def __init__(self) -> None:
        super().__init__(
            "There is no need with this id that you may see. Look it up in your queue at /needs/v1/needs.",
            zh="没有您可以查看的该需求。请在 /needs/v1/needs 待办中查询。",
            errors=[{"pointer": "#/need_id", "detail": "unknown need", "zh": "没有该需求"}],
        )


class PausedAlready(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "This need stands still already. End that pause before another one begins.",
            zh="该需求已在暂停中。请先结束当前暂停，再登记新的暂停。",
        )


class PauseHasEnded(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "This pause has ended already. Read the need again to see its clocks.",
            zh="该暂停已结束。请重新读取需求查看时限。",
        )


class NothingRuns(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "No clock runs that this reason could stop, so there is nothing to pause. Read the need again.",
            zh="没有可因此原因暂停的时限。请重新读取需求查看现状。",
        )


class TooFewAttempts(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "Fewer than three attempts, each at least an hour after the last, are recorded in this episode."
            " Try again later, and record each as a contact of kind attempt.",
            zh="本次服务周期内间隔一小时以上的联系未果记录不足三次。请隔一段时间再联系，并逐次登记「联系未果」。",
        )


class UnknownDivision(Unprocessable):
    def __init__(self, code: str) -> None:
        super().__init__(
            f"No township has the code {code}. Look it up at /needs/v1/divisions; nine digits are a township.",
            zh=f"没有编码为 {code} 的乡镇（街道）。请在 /needs/v1/divisions 查询，乡镇编码为九位。",
            errors=[{"pointer": "#/division", "detail": "unknown division code", "zh": "没有该区划编码"}],
        )


class UnknownCategory(Unprocessable):
    def __init__(self, code: str) -> None:
        super().__init__(
            f"There is no category {code} on this day. The list is at /needs/v1/categories.",
            zh=f"当日没有「{code}」这一服务类别。可选类别见 /needs/v1/categories。",
            errors=[{"pointer": "#/category", "detail": "unknown category", "zh": "没有该类别"}],
        )


class UnknownStation(Unprocessable):
    def __init__(self) -> None:
        super().__init__(
            "There is no such station. Leave station_id out to let the division decide.",
            zh="没有这个社工站。不填 station_id 则按区划自动确定。",
            errors=[{"pointer": "#/station_id", "detail": "unknown station", "zh": "没有该社工站"}],
        )


class UnknownResident(Unprocessable):
    def __init__(self) -> None:
        super().__init__(
            "There is no resident with this id that you may use. Search first at /needs/v1/residents/search.",
            zh="没有可用的该居民档案。请先在 /needs/v1/residents/search 查询。",
            errors=[{"pointer": "#/resident_id", "detail": "unknown resident", "zh": "没有该居民档案"}],
        )


class AlreadyOnFile(Conflict):
    """One person, one file: this resident number has one."""

    def __init__(self, id: UUID) -> None:
        super().__init__(
            f"This resident number is already on file as {id}. Use that file instead of making a second one.",
            zh=f"该公民身份号码已建档（{id}）。请使用已有档案，勿重复建档。",
        )


class BornLater(Unprocessable):
    def __init__(self, pointer: str) -> None:
        super().__init__(
            "The birth date lies in the future. Correct it, or leave it out.",
            zh="出生日期晚于今天。请更正，或留空。",
            errors=[{"pointer": pointer, "detail": "in the future", "zh": "晚于今天"}],
        )


class HappenedLater(Unprocessable):
    def __init__(self) -> None:
        super().__init__(
            "occurred_at lies in the future, or before the need was asked. Correct the time.",
            zh="发生时间不能晚于现在，也不能早于登记时间。请更正。",
            errors=[{"pointer": "#/occurred_at", "detail": "outside the possible time", "zh": "时间不合理"}],
        )


class UnfitRow(Unprocessable):
    """A reference row that its table's model refuses."""

    def __init__(self, wrong: ValidationError | ValueError) -> None:
        found = wrong.errors() if isinstance(wrong, ValidationError) else [{"loc": (), "msg": str(wrong), "type": ""}]
        super().__init__(
            "The row does not fit its table; `errors` says where. See the rows at /needs/v1/reference/{table}.",
            zh="该行不符合数据表格式，`errors` 中列出了位置。可参照 /needs/v1/reference/{table} 中已有的行。",
            errors=[
                {"pointer": "/".join(["#/body", *map(str, place)]), "detail": en, "zh": zh}
                for place, en, zh in what_is_wrong(found)
            ],
        )


class OnlyForTheCity(Forbidden):
    """Reference rows hold for all; an administrator of a part may not change them."""

    def __init__(self) -> None:
        super().__init__(
            "Reference rows hold for the whole city, so only an administrator of the city may change them. Ask one.",
            zh="参考数据全市通用，只有市级管理员可以修改。请联系市级管理员。",
        )


class NobodyToAsk(Unprocessable):
    """The resident has no phone on file."""

    def __init__(self) -> None:
        super().__init__(
            "This resident has no phone on file, so no message can be sent. Record one first.",
            zh="该居民没有登记电话，无法发送短信。请先补充电话。",
        )


class UnknownTemplate(Unprocessable):
    def __init__(self) -> None:
        super().__init__(
            "There is no message template of this name that you may send, or a parameter is missing or longer than 60.",
            zh="没有您可用的该短信模板，或参数缺失、超过60字。",
        )
