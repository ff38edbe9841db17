"""Words about the people served, as far as rules ask for them. Definitions and sources of groups are reference rows."""

from shared.schemas.vocabulary.word import Word


class Sex(Word):
    """As in the resident number's 17th digit; `unknown` where nobody has said."""

    MALE = "male", "男"
    FEMALE = "female", "女"
    UNKNOWN = "unknown", "未知"


class Group(Word):
    """Groups that the stations look after first."""

    ELDERLY = "elderly", "老年人"
    ADVANCED_AGE = "advanced_age", "高龄老人"
    EMPTY_NEST = "empty_nest", "空巢老人"
    LIVING_ALONE = "living_alone", "独居老人"
    ELDER_LEFT_BEHIND = "elder_left_behind", "留守老人"
    LEFT_BEHIND_CHILD = "left_behind_child", "留守儿童"
    CHILD_IN_DIFFICULTY = "child_in_difficulty", "困境儿童"
    ORPHAN = "orphan", "孤儿"
    UNATTENDED_CHILD = "unattended_child", "事实无人抚养儿童"
    DISABLED = "disabled", "残疾人"
    MIGRANT = "migrant", "流动人口"
    MENTAL_ILLNESS = "mental_illness", "严重精神障碍患者"
    HARDSHIP = "hardship", "困难群众"
    WOMAN_LEFT_BEHIND = "woman_left_behind", "留守妇女"
    VIOLENCE_VICTIM = "violence_victim", "家庭暴力受害人"
    UNEMPLOYED_YOUTH = "unemployed_youth", "失业青年"
    COMMUNITY_CORRECTION = "community_correction", "社区矫正对象"
    RELEASED = "released", "安置帮教对象"
    ONLY_CHILD_LOST = "only_child_lost", "计划生育特殊家庭"
    VETERAN = "veteran", "退役军人和优抚对象"
    ROUGH_SLEEPER = "rough_sleeper", "流浪乞讨人员"


class HardshipKind(Word):
    """The recognised kinds of hardship (低收入人口 of 国办发〔2023〕39号)."""

    DESTITUTE = "destitute", "特困人员"
    MINIMUM_LIVING = "minimum_living", "最低生活保障对象"
    MINIMUM_LIVING_MARGIN = "minimum_living_margin", "最低生活保障边缘家庭"
    RIGID_EXPENSE = "rigid_expense", "刚性支出困难家庭"
    RELAPSE_MONITORED = "relapse_monitored", "防止返贫监测对象"
    LIFTED_FROM_POVERTY = "lifted_from_poverty", "脱贫人口"
    SUDDEN_DISTRESS = "sudden_distress", "突发急难家庭"


class IncomeClass(Word):
    """Income of the household per head, against the local minimum-living standard of the day."""

    BELOW_MINIMUM = "below_minimum", "低于低保标准"
    BELOW_ONE_AND_HALF = "below_one_and_half", "低保标准一点五倍以内"
    LOW = "low", "低收入"
    MIDDLE = "middle", "中等收入"
    HIGH = "high", "较高收入"


class DisabilityKind(Word):
    """The seven kinds of GB/T 26341-2010, in the order of their digits."""

    VISUAL = "visual", "视力残疾"
    HEARING = "hearing", "听力残疾"
    SPEECH = "speech", "言语残疾"
    PHYSICAL = "physical", "肢体残疾"
    INTELLECTUAL = "intellectual", "智力残疾"
    MENTAL = "mental", "精神残疾"
    MULTIPLE = "multiple", "多重残疾"

    @property
    def digit(self) -> int:
        """The digit at place 19 of a disability certificate's number, 1 to 7."""
        return list(DisabilityKind).index(self) + 1


class SelfCare(Word):
    """Levels of GB/T 42195-2022, mildest first."""

    ABLE = "able", "能力完好"
    MILD = "mild", "轻度失能"
    MODERATE = "moderate", "中度失能"
    SEVERE = "severe", "重度失能"
    COMPLETE = "complete", "完全失能"


class SchoolStage(Word):
    """Where someone is at school."""

    NONE = "none", "未在学"
    KINDERGARTEN = "kindergarten", "学前教育"
    PRIMARY = "primary", "小学"
    JUNIOR = "junior", "初中"
    SENIOR = "senior", "普通高中"
    VOCATIONAL = "vocational", "中等职业学校"
    SPECIAL = "special", "特殊教育学校"
    HIGHER = "higher", "高等教育"
    DROPPED_OUT = "dropped_out", "辍学"


class Employment(Word):
    """How someone stands to work."""

    EMPLOYED = "employed", "在业"
    FLEXIBLE = "flexible", "灵活就业"
    UNEMPLOYED = "unemployed", "登记失业"
    LONG_UNEMPLOYED = "long_unemployed", "长期失业"
    SEEKING_FIRST = "seeking_first", "待初次就业"
    STUDENT = "student", "学生"
    RETIRED = "retired", "离退休"
    UNABLE = "unable", "无劳动能力"
    FARMING = "farming", "务农"


class HouseholdRegistration(Word):
    """Where the household is registered (户籍), seen from the city."""

    HERE = "here", "本市户籍"
    PROVINCE = "province", "本省外市户籍"
    ELSEWHERE = "elsewhere", "外省户籍"


class PhoneOwner(Word):
    """Whose phone a number is."""

    SELF = "self", "本人"
    SPOUSE = "spouse", "配偶"
    PARENT = "parent", "父母"
    CHILD = "child", "子女"
    GUARDIAN = "guardian", "监护人"
    NEIGHBOUR = "neighbour", "邻居"
    VILLAGE = "village", "村社区"
    OTHER = "other", "其他人"


class Relation(Word):
    """On whose behalf a need is asked: what the asker is to the person in need."""

    SELF = "self", "本人"
    SPOUSE = "spouse", "配偶"
    PARENT = "parent", "父母"
    CHILD = "child", "子女"
    GRANDPARENT = "grandparent", "祖父母"
    GUARDIAN = "guardian", "监护人"
    RELATIVE = "relative", "亲属"
    NEIGHBOUR = "neighbour", "邻居"
    VILLAGE_CADRE = "village_cadre", "村社区干部"
    TEACHER = "teacher", "教师"
    SOCIAL_WORKER = "social_worker", "社会工作者"
    DEPARTMENT = "department", "部门工作人员"
    STRANGER = "stranger", "其他群众"


class OverrideReason(Word):
    """The lawful reasons for which a named order needs no consent; each is recorded with its proof."""

    DANGER_TO_LIFE = "danger_to_life", "危及生命安全"
    STATUTORY_DUTY = "statutory_duty", "履行法定职责"
    MANDATORY_REPORT = "mandatory_report", "强制报告"
    GUARDIAN_ABSENT = "guardian_absent", "监护人缺位"
    PUBLIC_EMERGENCY = "public_emergency", "突发公共事件"
    COURT_ORDER = "court_order", "司法裁定"


class CardField(Word):
    """What of a person a provider's officer may see after taking an order; the category names which."""

    NAME = "name", "姓名"
    SEX = "sex", "性别"
    AGE = "age", "年龄"
    BIRTH_DATE = "birth_date", "出生日期"
    RESIDENT_NUMBER = "resident_number", "公民身份号码"
    PHONES = "phones", "联系电话"
    ADDRESS = "address", "住址"
    DIVISION = "division", "所在区划"
    GROUPS = "groups", "人群标签"
    DISABILITY = "disability", "残疾"
    HARDSHIP = "hardship", "困难类型"
    HOUSEHOLD = "household", "家庭情况"
    HOUSEHOLD_REGISTRATION = "household_registration", "户籍"
    INCOME_CLASS = "income_class", "收入档次"
    SELF_CARE = "self_care", "自理能力"
    SCHOOL_STAGE = "school_stage", "就学阶段"
    EMPLOYMENT = "employment", "就业状况"
    WORDS = "words", "求助原话"


class ReadingPurpose(Word):
    """Why a person's file is read; a word, so that the trail and the address hold nothing personal."""

    CASEWORK = "casework", "办理需求"
    FOLLOW_UP = "follow_up", "回访"
    VERIFICATION = "verification", "核实信息"
    CORRECTION = "correction", "更正档案"
    COMPLAINT_HANDLING = "complaint_handling", "处理投诉"
    EMERGENCY = "emergency", "紧急处置"
    SUPERVISION = "supervision", "督导检查"


class Certainty(Word):
    """How sure it is that two descriptions are one person."""

    EXACT = "exact", "确认同一人"
    SUSPECTED = "suspected", "疑似同一人"


class DuplicateStatus(Word):
    """What people have decided about a pair of files."""

    OPEN = "open", "待核实"
    INVALID = "invalid", "并非重复"
    MERGED = "merged", "已合并"
