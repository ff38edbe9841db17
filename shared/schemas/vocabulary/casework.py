"""Words of doing and judging: casework by MZ/T 094, workers and stations, surveys, complaints."""

from shared.schemas.vocabulary.word import Word


class CaseStatus(Word):
    """Whether a case is worked on."""

    OPEN = "open", "在办"
    SUSPENDED = "suspended", "暂停"
    CLOSED = "closed", "已结案"


class CaseStage(Word):
    """The stages of MZ/T 094-2017; a case may go back."""

    INTAKE = "intake", "接案"
    ASSESSMENT = "assessment", "预估"
    PLANNING = "planning", "计划"
    INTERVENTION = "intervention", "介入"
    EVALUATION = "evaluation", "评估"
    TERMINATION = "termination", "结案"


class Domain(Word):
    """A part of life that is assessed."""

    BODY = "body", "身体健康"
    MIND = "mind", "心理情绪"
    FAMILY = "family", "家庭关系"
    SOCIAL = "social", "社会支持"
    ECONOMY = "economy", "经济状况"
    SAFETY = "safety", "安全保护"
    LEARNING = "learning", "就学就业"
    DAILY_LIFE = "daily_life", "日常照料"


class Wellbeing(Word):
    """How somebody stands when a follow-up reaches them."""

    BETTER = "better", "好转"
    STABLE = "stable", "稳定"
    WORSE = "worse", "变差"
    NEEDS_HELP = "needs_help", "需要再次帮助"


class ServiceKind(Word):
    """What a service record tells of."""

    CASEWORK = "casework", "个案服务"
    VISIT = "visit", "上门"
    COUNSELLING = "counselling", "心理疏导"
    LINKING = "linking", "资源链接"
    REFERRAL = "referral", "转介"
    ADMINISTRATION = "administration", "事务工作"

    @property
    def is_professional(self) -> bool:
        """Whether its minutes count as professional service."""
        return self is not ServiceKind.ADMINISTRATION


class Licence(Word):
    """Professional levels of social workers."""

    NONE = "none", "未持证"
    ASSISTANT = "assistant", "助理社会工作师"
    SOCIAL_WORKER = "social_worker", "社会工作师"
    SENIOR = "senior", "高级社会工作师"


class StationBuild(Word):
    """How a station came to be."""

    NEW = "new", "新建"
    IMPROVED = "improved", "提升"


class ServiceClass(Word):
    """Whether a service is for everybody, or a station's own (基础服务兜底 + 特色服务增值)."""

    BASE = "base", "基础服务"
    SPECIAL = "special", "特色服务"


class StationSetting(Word):
    """Where a station stands; the standard differs."""

    URBAN = "urban", "城区"
    RURAL = "rural", "乡村"


class StandardVerdict(Word):
    """How a station stands against one standard."""

    MEETS = "meets", "达标"
    MISSES = "misses", "未达标"
    NOT_REPORTED = "not_reported", "未填报"


class StationMeasure(Word):
    """A figure of a station's file that a standard can be about."""

    PREMISES = "premises", "场地面积"
    SERVICE_ZONE = "service_zone", "服务区占比"
    OFFICE_ZONE = "office_zone", "办公区占比"
    DISPLAY_ZONE = "display_zone", "展示区占比"
    ACCESS = "access", "无障碍设施"
    AGREEMENT = "agreement", "场地协议"
    EQUIPMENT = "equipment", "设备配置"
    STAFF = "staff", "在岗社工人数"


class Solved(Word):
    """Whether a need was solved, in the person's own word."""

    YES = "yes", "已解决"
    PARTLY = "partly", "部分解决"
    NO = "no", "未解决"


class SurveyChannel(Word):
    """How an answer to a survey came."""

    LINK = "link", "短信链接"
    CALL_BACK = "call_back", "电话回访"


class ReopenReason(Word):
    """Why the next episode of a need begins."""

    UNSATISFIED = "unsatisfied", "评价不满意"
    NOT_SOLVED = "not_solved", "问题未解决"
    CAME_BACK = "came_back", "情况再现"
    COUNTY_DECIDED = "county_decided", "县级裁定"


class ComplaintOutcome(Word):
    """What became of a complaint."""

    UPHELD = "upheld", "属实"
    PARTLY_UPHELD = "partly_upheld", "部分属实"
    NOT_UPHELD = "not_upheld", "不属实"
    WITHDRAWN = "withdrawn", "已撤回"
