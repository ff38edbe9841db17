"""The kinds of resources that departments bring, held to the city's list of them line by line."""

from collections.abc import Iterator

import pytest

from shared.reference import rows_of_table
from shared.schemas.reference import Category, Department, ReferenceRow, ResourceKind
from shared.schemas.vocabulary import DivisionLevel, Standing

# One line for each line of the list; `+` where the line says more than one thing.
LIST: dict[str, dict[str, str]] = {
    "civil_affairs": {
        "minimum_living_allowance": "最低生活保障",
        "destitute_support+destitute_nursing": "特困人员救助供养+照料护理",
        "temporary_relief": "临时救助（急难型、支出型）",
        "advanced_age_allowance": "高龄津贴",
        "elder_disability_subsidy+elder_home_adaptation": "经济困难高龄失能老年人补贴+居家适老化改造",
        "disability_living_subsidy": "困难残疾人生活补贴",
        "severe_disability_care_subsidy": "重度残疾人护理补贴",
        "unattended_child_allowance+child_director_visit": "孤儿和事实无人抚养儿童基本生活费+儿童主任走访",
        "community_meals+day_care_elderly+time_bank_visit": "社区助餐+幸福院+时间银行",
        "rough_sleeper_relief": "流浪乞讨人员救助",
        # Not in the departments' list: from the city's own plan.
        "digital_class+residents_council": "银龄e课堂+居民议事会",
    },
    "health": {
        "family_doctor+chronic_disease_management": "家庭医生签约+慢病管理",
        "elder_health_check+tcm_health_guidance": "65岁以上老年人体检+中医药",
        "severe_mental_management+mental_medication_subsidy+guardian_award": "严重精神障碍管理+服药补助+以奖代补",
        "psychological_hotline+psychological_clinic": "12356心理援助热线+心理门诊",
        "only_child_family_support+only_child_hospital_insurance": "计划生育特殊家庭扶助+住院护理险",
        "cancer_screening+child_health_management": "两癌免费筛查+0—6岁儿童健康管理",
    },
    "education": {
        "preschool_aid": "学前教育资助",
        "compulsory_boarding_subsidy": "义务教育家庭经济困难学生生活补助",
        "senior_grant+senior_fee_waiver+vocational_fee_waiver": "普高国家助学金+免学杂费+中职免学费",
        "migrant_school_place": "随迁子女入学",
        "dropout_prevention+home_teaching+inclusive_schooling": "控辍保学+送教上门+随班就读",
        "left_behind_care_point+after_school_care+school_psychologist": "留守儿童关爱点+课后服务+心理教师",
        "student_loan": "生源地信用助学贷款",
    },
    "justice": {
        "legal_aid_service": "法律援助",
        "people_mediation": "人民调解",
        "correction_help+release_settlement": "社区矫正+安置帮教",
        "notary_relief+forensic_relief+law_lecture": "公证费减免+司法鉴定费减免+法治宣传",
        "protection_order_assistance": "家暴告诫、人身安全保护令协助",
    },
    "human_resources": {
        "employment_hardship_recognition": "就业困难人员认定与社保补贴",
        "public_welfare_post": "公益性岗位",
        "skills_training": "职业技能培训补贴",
        "start_up_loan": "创业担保贷款",
        "pension_contribution": "城乡居民养老保险代缴",
        "wage_recovery": "劳动监察、仲裁、讨薪",
        # From the city's own plan.
        "youth_internship": "青年就业见习",
    },
    "womens_federation": {
        "cancer_relief": "两癌救助金",
        "womens_rights_help": "妇女维权、12338",
        "family_education+childrens_home+spring_bud": "家庭教育指导+儿童之家+春蕾计划",
        "craft_training": "巾帼创业、手工编织培训",
        "mothers_parcel": "困难妇女慰问、母亲邮包",
    },
    "disabled_federation": {
        "disability_certificate": "残疾人证评定与换领",
        "child_rehabilitation": "残疾儿童康复救助",
        "assistive_devices": "辅助器具适配补贴",
        "barrier_free_home": "家庭无障碍改造",
        "sunshine_home+home_nursing_disabled": "阳光家园托养+居家照料",
        "disabled_job_training+blind_massage_training+disabled_start_up": "就业培训+盲人按摩+创业扶持",
        "disabled_student_aid": "残疾学生和残疾人子女助学",
    },
    "finance": {
        "station_building_subsidy": "社工站建设与运营补贴",
        "lottery_fund_project": "福彩公益金与公益创投项目",
        "start_up_interest_subsidy+one_card_payout": "创业贷款贴息+惠民惠农一卡通",
        "performance_funding": "绩效评价挂钩服务经费",
    },
}
FOR_STATIONS = {"station_building_subsidy", "lottery_fund_project", "performance_funding"}
VERIFIED = {
    "disability_living_subsidy", "severe_disability_care_subsidy", "child_rehabilitation", "legal_aid_service",
    "public_welfare_post",
}  # fmt: skip
# Seen in a source too, but of a neighbour city: the rows say that Fuzhou's own figures are still to be checked.
OF_A_NEIGHBOUR = {"preschool_aid", "compulsory_boarding_subsidy"}
BY_THE_PLAN = {
    "time_bank_visit",
    "digital_class",
    "residents_council",
    "station_building_subsidy",
    "performance_funding",
}


def listed() -> Iterator[tuple[str, str, str]]:
    for department, lines in LIST.items():
        for codes, words in lines.items():
            for code in codes.split("+"):
                yield department, code, words


def rows() -> dict[str, ReferenceRow]:
    return {row.key: row for row in rows_of_table(ResourceKind.table)}


def kinds() -> dict[str, ResourceKind]:
    return {key: kind for key, row in rows().items() if isinstance(kind := row.read(), ResourceKind)}


@pytest.mark.parametrize(("department", "code", "words"), list(listed()), ids=[code for _, code, _ in listed()])
def test_every_line_of_the_list_is_a_kind_of_its_department(department: str, code: str, words: str) -> None:
    kind = kinds().get(code)
    assert kind is not None, words
    assert (kind.department, kind.for_stations) == (department, code in FOR_STATIONS)


def test_there_is_no_kind_that_the_list_does_not_name() -> None:
    assert set(kinds()) == {code for _, code, _ in listed()}


def test_a_kind_is_verified_exactly_where_its_line_was_seen_in_a_source() -> None:
    verified = {code for code, kind in kinds().items() if kind.standing is Standing.VERIFIED}
    assert verified == VERIFIED | BY_THE_PLAN
    assert all("待核" in rows()[code].source for code in OF_A_NEIGHBOUR)


def test_every_kind_says_on_what_it_rests_and_what_it_needs_a_person_to_bring() -> None:
    for code, kind in kinds().items():
        assert kind.basis_zh, code
        assert kind.cost_zh, code
        assert kind.name_en, code


def test_where_a_kind_is_offered_is_said_to_be_an_assumption() -> None:
    for code, kind in kinds().items():
        assert kind.for_stations or "示例" in kind.offered_at_source, code
    assert {kind.offered_at for kind in kinds().values()} == {DivisionLevel.COUNTY, DivisionLevel.TOWNSHIP}
    assert kinds()["disability_certificate"].offered_at is DivisionLevel.COUNTY
    assert kinds()["family_doctor"].offered_at is DivisionLevel.TOWNSHIP


def test_every_category_that_serves_people_has_a_kind_and_every_department_brings_something() -> None:
    served = {kind.category for kind in kinds().values() if kind.category}
    categories = {row.key for row in rows_of_table(Category.table)} - {"other", "not_ours"}
    assert served == categories
    assert {kind.department for kind in kinds().values()} == {row.key for row in rows_of_table(Department.table)}
