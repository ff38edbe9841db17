"""Words of asking: how a need arrives, how far it is, which clocks run for it."""

from shared.schemas.vocabulary.word import Word


class Channel(Word):
    """How a need reached a station."""

    HOTLINE = "hotline", "热线"
    APP = "app", "移动应用"
    GANFUTONG = "ganfutong", "赣服通"
    WALK_IN = "walk_in", "来站求助"
    HOME_VISIT = "home_visit", "入户走访"
    DEPARTMENT = "department", "部门转介"
    OUTREACH = "outreach", "外展服务"
    SUGGESTION = "suggestion", "意见箱"


class NeedStatus(Word):
    """How far an episode of a need is; the ends are `closed` and the four below it."""

    REGISTERED = "registered", "已登记"
    TRIAGED = "triaged", "已研判"
    ORDERED = "ordered", "已下单"
    WAITING = "waiting", "轮候中"
    IN_SERVICE = "in_service", "服务中"
    RESOLVED = "resolved", "已办结"
    CLOSED = "closed", "已关闭"
    WITHDRAWN = "withdrawn", "已撤回"
    REFERRED_OUT = "referred_out", "已转出"
    JOINED = "joined", "已并入"
    ENTERED_IN_ERROR = "entered_in_error", "误录作废"


class Urgency(Word):
    """How soon somebody must act. It may rise at any time, never fall unseen."""

    CRISIS = "crisis", "危机"
    URGENT = "urgent", "紧急"
    ROUTINE = "routine", "一般"

    @property
    def rank(self) -> int:
        """0 for the most pressing, so that sorting by rank puts a crisis first."""
        return list(Urgency).index(self)


class Outcome(Word):
    """What became of a resolved need, stated by a person."""

    MET = "met", "已满足"
    PARTLY = "partly", "部分满足"
    UNMET = "unmet", "未满足"
    REFUSED = "refused", "本人拒绝"
    UNREACHABLE = "unreachable", "联系不上"
    MOVED = "moved", "已迁离"
    DIED = "died", "已去世"


class ReferralKind(Word):
    """To what sort of others a need is referred out."""

    MEDICAL = "medical", "医疗机构"
    POLICE = "police", "公安机关"
    COURT = "court", "司法机关"
    RESCUE = "rescue", "应急救援"
    OTHER_PLACE = "other_place", "外地有关单位"
    OTHER = "other_body", "其他单位"


class CallKind(Word):
    """What a call to the hotline was about."""

    NEW_NEED = "new_need", "新需求"
    UPDATE = "update", "补充情况"
    COUNSELLING = "counselling", "心理疏导"
    INFORMATION = "information", "咨询"
    NUISANCE = "nuisance", "骚扰电话"
    WRONG_NUMBER = "wrong_number", "打错电话"


class ContactKind(Word):
    """A two-way exchange about the need with someone able to help; the registering call alone is none."""

    CALL = "call", "通话"
    VISIT = "visit", "上门"
    MEETING = "meeting", "面谈"
    MESSAGE = "message", "消息往来"
    VIDEO = "video", "视频"
    ATTEMPT = "attempt", "联系未果"

    @property
    def is_effective(self) -> bool:
        """Whether it stops the headline clock: an attempt that reached nobody does not."""
        return self is not ContactKind.ATTEMPT


class ClockKind(Word):
    """The five clocks of the service promise."""

    TRIAGE = "triage", "研判时限"
    STATION_RESPONSE = "station_response", "下单时限"
    PROVIDER_RESPONSE = "provider_response", "接单时限"
    FIRST_CONTACT = "first_contact", "首次有效联系时限"
    NEED_MET = "need_met", "需求满足时限"


class TellLevel(Word):
    """Who is told as a clock runs: at 50, 80 and 100 per cent, and a day later."""

    OWNER = "owner", "经办人"
    STATION_HEAD = "station_head", "社工站站长"
    HEAD_STATION_AND_TOWNSHIP = "head_station_and_township", "社工总站与乡镇"
    CITY = "city", "市级"


class PauseReason(Word):
    """The only reasons for which a clock stands still; each needs proof."""

    RESIDENT_PAPERS = "resident_papers", "等待本人补充材料"
    FORCE_MAJEURE = "force_majeure", "不可抗力"
    RESIDENT_AWAY = "resident_away", "本人要求延后"
    THREE_ATTEMPTS = "three_attempts", "三次联系未果"

    @property
    def stops_headline(self) -> bool:
        """Three failed attempts pause only the second, separately published figure."""
        return self is not PauseReason.THREE_ATTEMPTS
