"""What matching refuses, and what to do about it."""

from collections.abc import Sequence
from typing import Any

from shared.kit.errors import Conflict, Forbidden, Unprocessable, WrongKind
from shared.schemas.reference import Sentence
from shared.schemas.vocabulary import NeedStatus


class NotYourProvider(Forbidden):
    def __init__(self, slug: str) -> None:
        super().__init__(
            f"Your account does not act for {slug}. Use the address of your own provider.",
            zh=f"您的账号不代表「{slug}」。请使用本单位的地址。",
        )


class CannotBePublished(Unprocessable):
    """A listing that does not fit what the city knows; `errors` says where."""

    def __init__(self, errors: Sequence[dict[str, Any]]) -> None:
        super().__init__(
            "This listing cannot be taken as sent; `errors` says where and why.",
            zh="该资源无法收录，`errors` 中列出了位置与原因。",
            errors=errors,
        )


class CapacityInUse(Conflict):
    """A provider takes back more than is free."""

    def __init__(self, free: int) -> None:
        super().__init__(
            f"Only {free} are free; the rest is in packages or held by orders. Lower the capacity by {free} at most,"
            " or wait until orders end.",
            zh=f"目前空闲仅 {free}，其余已划入资源包或被工单占用。最多可减少 {free}，或待工单结束后再减。",
        )


class HasNoQuantity(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "This resource has no quantity, so nothing can be handed out of it. Publish it with a capacity first.",
            zh="该资源未设数量，无法划拨。请先为资源填写 capacity。",
        )


class KeepsItsQuantity(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "This resource is counted and cannot become uncounted. Publish the uncounted one under another key.",
            zh="该资源已按数量管理，不能改为不限量。请以另一个 external_id 发布不限量资源。",
        )


class UnknownStation(Unprocessable):
    def __init__(self) -> None:
        super().__init__(
            "There is no such station. See /needs/v1/reference/station.",
            zh="没有这个社工站，可在 /needs/v1/reference/station 查询。",
            errors=[{"pointer": "#/station_id", "detail": "unknown station", "zh": "没有该社工站"}],
        )


class UnknownResource(Unprocessable):
    def __init__(self) -> None:
        super().__init__(
            "There is no such resource that you may use. See /matching/v1/resources.",
            zh="没有可用的该资源，可在 /matching/v1/resources 查询。",
            errors=[{"pointer": "#/resource_id", "detail": "unknown resource", "zh": "没有该资源"}],
        )


class NotJsonLines(WrongKind):
    def __init__(self) -> None:
        super().__init__(
            "Send JSON lines: one object a line, Content-Type application/x-ndjson or application/jsonl.",
            zh="请发送 JSON Lines：每行一个对象，Content-Type 为 application/x-ndjson 或 application/jsonl。",
        )


class NeedNotHeardYet(Conflict):
    """Needs has it, perhaps, and the fact is on its way."""

    def __init__(self) -> None:
        super().__init__(
            "This need has not arrived here yet. Try again in a second; if it stays so, check the id.",
            zh="该需求尚未同步到资源匹配，请稍候一秒再试；若仍如此，请核对编号。",
            headers={"Retry-After": "1"},
        )


class NeedNotReady(Conflict):
    def __init__(self, status: NeedStatus) -> None:
        super().__init__(
            f"The need is {status}: only one that was triaged and has not ended can be matched and ordered for."
            " Triage it first, or reopen it.",
            zh=f"需求为「{status.zh}」，只有已研判且未终结的需求可以匹配、下单。请先研判，或重新开启。",
        )


class ConsentMissing(Conflict):
    """No named order without the person's word, or a lawful reason on record."""

    def __init__(self) -> None:
        super().__init__(
            "The person has not agreed that departments see their file. Record it at"
            " POST /needs/v1/residents/{id}/consents, or a lawful override at /needs/v1/residents/{id}/overrides,"
            " then order again.",
            zh="该居民尚未同意向部门提供信息。请先登记本人同意，或登记法定例外，再下单。",
        )


class ResourceRefuses(Conflict):
    """A rule of the resource says no."""

    def __init__(self, words: Sequence[Sentence]) -> None:
        super().__init__(
            f"This resource does not fit: {'; '.join(each.en for each in words)}. Choose another candidate.",
            zh=f"该资源不适用：{'；'.join(each.zh for each in words)}。请选择其他候选资源。",
        )


class NothingLeft(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "There is not enough left of it. Order less, or choose another candidate.",
            zh="余量不足。请减少数量，或选择其他候选资源。",
        )


class NotYourPackage(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "This package is of another resource or station, or not open today. Leave package_id out to let the"
            " platform draw the right one.",
            zh="该资源包不属于此资源或本站，或今日不在有效期内。不填 package_id 则由平台自动选择。",
        )


class OrderCannotMove(Conflict):
    """The state machine, the deadline or a decision stands in the way."""

    def __init__(self, words: Sentence) -> None:
        super().__init__(words.en, zh=words.zh)


class UnknownLead(Unprocessable):
    def __init__(self) -> None:
        super().__init__(
            "This need has no such order in its present episode. Leave part_of out, or name an order of the same need.",
            zh="该需求本次服务周期内没有这张工单。请不填 part_of，或填写同一需求的工单。",
            errors=[{"pointer": "#/part_of", "detail": "no order of this need", "zh": "不是该需求的工单"}],
        )


class CannotLead(Conflict):
    """First come, first responsible: but only an order that runs and is no part itself."""

    def __init__(self) -> None:
        super().__init__(
            "This order cannot lead: it has ended, was not sent, or is a part of another one. Name the lead order.",
            zh="该工单不能牵头：已结束、尚未发出，或本身是子工单。请填写牵头工单。",
        )


class UsedTooMuch(Unprocessable):
    def __init__(self, quantity: int) -> None:
        super().__init__(
            f"At most {quantity} were reserved by this order. What is beyond needs an order of its own.",
            zh=f"本工单最多 {quantity}，超出部分请另行下单。",
            errors=[{"pointer": "#/used", "detail": f"more than {quantity}", "zh": f"超过 {quantity}"}],
        )


class HappenedAtAnotherTime(Unprocessable):
    def __init__(self) -> None:
        super().__init__(
            "occurred_at lies in the future, or before the order was taken. Correct the time.",
            zh="发生时间不能晚于现在，也不能早于接单时间。请更正。",
            errors=[{"pointer": "#/occurred_at", "detail": "outside the possible time", "zh": "时间不合理"}],
        )


class NothingToDecide(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "This order does not wait for the county. Those that do are at /matching/v1/orders?awaits_county=true.",
            zh="该工单不在等待县级裁定。待裁定工单见 /matching/v1/orders?awaits_county=true。",
        )


class UnknownProvider(Unprocessable):
    def __init__(self) -> None:
        super().__init__(
            "There is no such provider. See /matching/v1/providers.",
            zh="没有该资源提供方，可在 /matching/v1/providers 查询。",
            errors=[{"pointer": "#/suggested_provider", "detail": "unknown provider", "zh": "没有该提供方"}],
        )
