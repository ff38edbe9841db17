"""Words about places, amounts of time, and how firmly a row of reference data stands."""

from shared.schemas.vocabulary.word import Word


class DivisionLevel(Word):
    """The levels of the division tree, by the length of the code: 4, 6, 9 and 12 digits."""

    CITY = "city", "设区市"
    COUNTY = "county", "县区"
    TOWNSHIP = "township", "乡镇街道"
    VILLAGE = "village", "村社区"


class PointQuality(Word):
    """Whether a point is where the place is, or only holds its place on the map."""

    KNOWN = "known", "真实点位"
    PLACEHOLDER = "placeholder", "占位点"


class StationKind(Word):
    """The three tiers of stations."""

    TOWNSHIP = "township", "乡镇社工站"
    HEAD = "head", "社工总站"
    CITY = "city", "市级社工服务指导中心"


class ServiceField(Word):
    """The fields in which stations serve, after the provinces' 4+N and 5+N lists."""

    SOCIAL_ASSISTANCE = "social_assistance", "社会救助"
    ELDERLY_SERVICES = "elderly_services", "养老服务"
    CHILDREN = "children", "儿童关爱"
    COMMUNITY_GOVERNANCE = "community_governance", "社区治理"
    PSYCHOLOGICAL = "psychological", "心理服务"
    LIVELIHOOD = "livelihood", "就业创业"
    RIGHTS = "rights", "法律与权益"
    DISABILITY_SERVICES = "disability_services", "助残服务"
    HEALTH = "health", "健康服务"


class AmountUnit(Word):
    """Units of a time target. Working units run on the legal calendar, the others on the wall clock."""

    MINUTES = "minutes", "分钟"
    HOURS = "hours", "个小时"
    CALENDAR_DAYS = "calendar_days", "个自然日"
    WORKING_HOURS = "working_hours", "个工作小时"
    WORKING_DAYS = "working_days", "个工作日"

    @property
    def is_working_time(self) -> bool:
        return self in (AmountUnit.WORKING_HOURS, AmountUnit.WORKING_DAYS)


class Standing(Word):
    """How firmly a row stands: checked against a source, taken from general practice, or made up to try things."""

    VERIFIED = "verified", "已核实"
    UNVERIFIED = "unverified", "未核实"
    SAMPLE = "sample", "示例"
