"""Words of giving: providers, resources, orders and the ledger."""

from shared.schemas.vocabulary.word import Word


class ProviderKind(Word):
    """What sort of body gives."""

    DEPARTMENT = "department", "政府部门"
    SOCIAL_ORGANISATION = "social_organisation", "社会组织"
    COMMUNITY_ORGANISATION = "community_organisation", "社区社会组织"
    COMPANY = "company", "企业"
    FOUNDATION = "foundation", "基金会"
    VOLUNTEER_TEAM = "volunteer_team", "志愿服务队"
    VOLUNTEER = "volunteer", "志愿者"


class ResourceStatus(Word):
    """Whether a listing may be asked for."""

    ACTIVE = "active", "可用"
    SUSPENDED = "suspended", "暂停"
    DEFUNCT = "defunct", "已停用"


class OrderStatus(Word):
    """FHIR Task's states of a service order (工单)."""

    DRAFT = "draft", "草稿"
    REQUESTED = "requested", "待接单"
    ACCEPTED = "accepted", "已接单"
    REJECTED = "rejected", "已退单"
    IN_PROGRESS = "in_progress", "办理中"
    ON_HOLD = "on_hold", "已挂起"
    COMPLETED = "completed", "已完成"
    FAILED = "failed", "办理失败"
    CANCELLED = "cancelled", "已取消"
    ENTERED_IN_ERROR = "entered_in_error", "误录作废"

    @property
    def fhir(self) -> str:
        """The code as FHIR R4 spells it, for the edge: `in-progress`."""
        return self.value.replace("_", "-")


class RefusalReason(Word):
    """The coded reasons for which a provider may return an order; each needs evidence."""

    NOT_OUR_DUTY = "not_our_duty", "不属本部门职责"
    OUTSIDE_AREA = "outside_area", "超出服务区域"
    NOT_ELIGIBLE = "not_eligible", "不符合条件"
    NO_CAPACITY = "no_capacity", "名额已满"
    MISSING_INFORMATION = "missing_information", "信息不全"
    DUPLICATE = "duplicate", "重复派单"
    UNSUITABLE = "unsuitable", "服务不适合"
    ALREADY_SERVED = "already_served", "已在享受"
    PROGRAMME_ENDED = "programme_ended", "政策已到期"
    RESIDENT_DECLINED = "resident_declined", "本人不愿接受"


class CancellationReason(Word):
    """Why an order was cancelled."""

    NO_REPLY = "no_reply", "逾期未答复"
    NEED_ENDED = "need_ended", "需求已终结"
    RESIDENT_WITHDREW = "resident_withdrew", "本人撤回"
    STATION_WITHDREW = "station_withdrew", "社工站撤单"
    CONSENT_WITHDRAWN = "consent_withdrawn", "撤回同意"
    RESOURCE_ENDED = "resource_ended", "资源已停用"
    REPLACED = "replaced", "已改派"


class FailureReason(Word):
    """Why an order that was taken could not be done."""

    RETURNED = "returned", "现场不适合退回"
    RESIDENT_ABSENT = "resident_absent", "本人不在场"
    RESIDENT_DECLINED = "resident_declined", "本人不愿接受"
    PROVIDER_UNABLE = "provider_unable", "提供方无法履行"
    UNSAFE = "unsafe", "现场不安全"


class Unit(Word):
    """What a quantity counts."""

    PERSON_TIME = "person_time", "人次"
    HOUR = "hour", "小时"
    PLACE = "place", "名额"
    ITEM = "item", "件"
    YUAN = "yuan", "元"


class AccountKind(Word):
    """The two kinds of account in the one ledger."""

    CAPACITY = "capacity", "资源余量"
    PACKAGE = "package", "部门资源包"


class LedgerEntryKind(Word):
    """The six movements of the ledger, the truth about capacity."""

    GRANT = "grant", "下达"
    RESERVE = "reserve", "预留"
    CONSUME = "consume", "核销"
    RELEASE = "release", "释放"
    EXPIRE = "expire", "到期收回"
    ADJUST = "adjust", "调整"


class Verdict(Word):
    """What a rule says of a person. What is not known is told apart from no."""

    YES = "yes", "符合"
    NO = "no", "不符合"
    UNKNOWN = "unknown", "未知"


class ScoreTerm(Word):
    """The terms of a candidate's score; their weights are reference rows."""

    FIT = "fit", "匹配度"
    DISTANCE = "distance", "距离"
    CAPACITY = "capacity", "资源余量"
    LEAD_TIME = "lead_time", "等待时间"
    QUALITY = "quality", "服务质量"
    PACKAGE_FIRST = "package_first", "资源包优先"
    FAIRNESS = "fairness", "公平"
