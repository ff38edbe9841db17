"""A case from intake to the end, through pages alone; its words only when somebody asks for them."""

from typing import Any
from uuid import uuid4

from shared.schemas.access import Role
from tests.cases.people import CONSENT, approved, arrived, done, opened, read, worker
from tests.city import City, Person
from tests.console.browsing import TUESDAY, Browser, Page, at_desk
from tests.people import COUNTY, HEAD, OTHER_HEAD, STATION, WORKER


async def mine(city: City) -> tuple[Person, dict[str, Any]]:
    """A worker with a case of their own."""
    account = f"worker-{uuid4().hex[:12]}"
    me = Person.of(Role.SOCIAL_WORKER, account, stations=(str(STATION),))
    asked = await arrived(city)
    body = {"need_id": asked["id"], "worker_id": await worker(city, account=account)}
    return me, await done(city, "/cases", me, body)


async def at(city: City, id: str, by: Person, ending: str, **fields: Any) -> Page:
    """Fill in and send one form of a case's page."""
    desk = await at_desk(city, by)
    page = await desk.open(f"/desk/station/cases/{id}")
    return await desk.send(page.form(ending), **fields)


async def test_what_is_mine_is_on_my_list_and_leads_to_the_file(open_city: City) -> None:
    me, case = await mine(open_city)
    desk = await at_desk(open_city, me)
    page = await desk.open("/desk/station/cases")
    assert f"/desk/station/cases/{case['id']}" in page.links
    file = await desk.open(f"/desk/station/cases/{case['id']}")
    assert "先取得本人对个案服务的同意" in file.text
    assert "接案" in file.text


async def test_cases_are_told_apart_by_reference_and_nobody_is_read_for_it(open_city: City) -> None:
    me, case = await mine(open_city)
    [need_id] = [each["need_id"] for each in (await read(open_city, case["id"]))["needs"]]
    told = (await open_city.get("needs", f"/needs/{need_id}", me, now=TUESDAY)).json()
    page = await (await at_desk(open_city, me)).open("/desk/station/cases")
    assert told["reference"] in page.text
    assert "老年人" in page.text
    looked = await open_city.get("needs", f"/needs/{need_id}/readings", HEAD, now=TUESDAY)
    assert looked.json()["items"] == []


async def test_nobodys_case_is_on_the_heads_list_and_is_assigned_there(open_city: City) -> None:
    case = await opened(open_city, with_worker=False)
    listed = await (await at_desk(open_city, HEAD)).open("/desk/station/cases?show=unowned")
    assert f"/desk/station/cases/{case['id']}" in listed.links
    somebody = await worker(open_city)
    assert (await at(open_city, case["id"], HEAD, "/assign", worker_id=somebody)).status == 303
    assert (await read(open_city, case["id"]))["worker_id"] == somebody


async def test_the_whole_way_from_consent_to_the_end_is_walked_on_the_page(open_city: City) -> None:
    me, case = await mine(open_city)
    id = case["id"]
    for by, ending, fields in (
        (me, "/consent", {"given": "yes", "evidence": "本人当面签署"}),
        (me, "/approvals", {}),
        (HEAD, "/decide", {"approved": "yes"}),
        (me, "/assessments", {"score_mind": 2, "score_family": 3, "words": "情绪低落"}),
        (me, "/goals", {"domain": "mind", "words": "每周能出门两次"}),
        (me, "/approvals", {}),
        (HEAD, "/decide", {"approved": "yes"}),
        (me, "/services", {"kind": "visit", "minutes": 60, "person_times": 1, "reached": "yes", "need_id": "",
                           "contact": "", "words": "入户探访"}),
        (me, "/assessments", {"score_mind": 4, "score_family": 4, "is_evaluation": ["yes"]}),
        (me, "/approvals", {}),
        (HEAD, "/decide", {"approved": "yes"}),
        (me, "/close", {"outcome": "met", "score_mind": 4, "score_family": 4, "follow_up_0": "2026-04-10"}),
    ):  # fmt: skip
        sent = await at(open_city, id, by, ending, **fields)
        assert sent.status == 303, f"{ending}: {sent.text}"
    told = await read(open_city, id)
    assert (told["status"], told["outcome"], told["score_after"]) == ("closed", "met", 80)
    assert [each["due_on"] for each in told["follow_ups"]] == ["2026-04-10"]
    page = await (await at_desk(open_city, me)).open(f"/desk/station/cases/{id}")
    assert "服务前 50" in page.text
    assert "结案 80" in page.text


async def test_a_follow_up_is_recorded_and_the_head_opens_the_case_again_by_it(open_city: City) -> None:
    me, case = await mine(open_city)
    id = case["id"]
    await approved(open_city, id, "closure")
    await done(open_city, f"/cases/{id}/close", WORKER, {"outcome": "refused", "follow_ups": ["2026-03-10"]})
    sent = await at(open_city, id, me, "/record", reached="yes", kind="call", standing="worse", words="再次跌倒")
    assert sent.status == 303, sent.text
    [look] = (await read(open_city, id))["follow_ups"]
    assert (await at(open_city, id, HEAD, "/reopen", follow_up_id=look["id"])).status == 303
    told = await read(open_city, id)
    assert (told["status"], told["stage"]) == ("open", "assessment")


async def test_without_the_persons_word_only_closing_is_offered_to_be_asked_for(open_city: City) -> None:
    case = await opened(open_city)
    desk = await at_desk(open_city, WORKER)
    before = (await desk.open(f"/desk/station/cases/{case['id']}")).text
    await done(open_city, f"/cases/{case['id']}/consent", WORKER, CONSENT)
    after = (await desk.open(f"/desk/station/cases/{case['id']}")).text
    assert ("申请接案审批" in before, "申请结案审批" in before) == (False, True)
    assert "申请接案审批" in after


async def test_nobody_is_offered_to_decide_what_they_asked_for(open_city: City) -> None:
    case = await opened(open_city)
    await done(open_city, f"/cases/{case['id']}/consent", WORKER, CONSENT)
    await done(open_city, f"/cases/{case['id']}/approvals", HEAD, {"act": "intake"})
    own = await (await at_desk(open_city, HEAD)).open(f"/desk/station/cases/{case['id']}")
    assert not [form for form in own.forms if form.action.endswith("/decide")]
    assert "须由另一位站长或县区总站决定" in own.text
    assert (await at(open_city, case["id"], COUNTY, "/decide", approved="yes")).status == 303


async def test_what_is_refused_stays_in_its_own_form(open_city: City) -> None:
    me, case = await mine(open_city)
    desk = await at_desk(open_city, me)
    page = await desk.open(f"/desk/station/cases/{case['id']}")
    sent = await desk.send(page.form("/services"), part=True, kind="visit", minutes=9999, reached="yes", words="入户")
    assert sent.status == 422
    assert sent.form("/services").fields["words"] == ["入户"]
    assert sent.form("/notes").fields["words"] in ([], [""])
    assert sent.answer.text.count('class="wrong" id="wrong-minutes"') == 1


async def kept(desk: Browser, id: str, name: str, **fields: str) -> None:
    form = (await desk.open(f"/desk/station/cases/{id}")).form(f"/{name}")
    await desk.keep(form, f"case:{id}:{name}", **fields)


async def test_what_was_written_and_not_sent_is_there_again_until_it_is_sent(open_city: City) -> None:
    me, case = await mine(open_city)
    desk = await at_desk(open_city, me)
    await kept(desk, case["id"], "notes", words="今天没有来得及写完的话")
    next_day = await at_desk(open_city, me)
    again = (await next_day.open(f"/desk/station/cases/{case['id']}")).form("/notes")
    assert again.fields["words"] == ["今天没有来得及写完的话"]
    await next_day.send(again)
    empty = await next_day.open(f"/desk/station/cases/{case['id']}")
    assert "今天没有来得及写完的话" not in empty.answer.text


async def test_words_are_shown_when_asked_for_and_the_reading_is_written_down(open_city: City) -> None:
    me, case = await mine(open_city)
    await done(open_city, f"/cases/{case['id']}/notes", me, {"words": "女儿在外地工作"})
    desk = await at_desk(open_city, me)
    assert "女儿在外地工作" not in (await desk.open(f"/desk/station/cases/{case['id']}")).answer.text
    assert "女儿在外地工作" in (await desk.open(f"/desk/station/cases/{case['id']}/words")).text
    owner = await open_city.owner("cases")
    found = "SELECT count(*) FROM audit_entry WHERE purpose = $1 AND actor = $2 AND act = 'read_case_words'"
    assert await owner.fetchval(found, f"case:{case['id']}", me.subject) == 1
    await owner.close()


PDF = b"%PDF-1.7\n1 0 obj\r\n\r\n--not the boundary\n%%EOF\n"


async def test_a_file_is_kept_with_the_case_and_saved_again_as_it_was(open_city: City) -> None:
    me, case = await mine(open_city)
    desk = await at_desk(open_city, me)
    at = f"/desk/station/cases/{case['id']}/files"
    form = (await desk.open(at)).form("/files")
    sent = await desk.upload(form, "知情同意书.pdf", PDF)
    assert sent.status == 303, sent.text
    page = await desk.open(at)
    assert "知情同意书.pdf" in page.text
    [link] = [each for each in page.links if each.startswith(f"{at}/")]
    saved = (await desk.open(link)).answer
    assert saved.content == PDF
    assert saved.headers["content-disposition"].startswith("attachment")


async def test_a_file_of_another_session_is_refused(open_city: City) -> None:
    me, case = await mine(open_city)
    mine_, theirs = await at_desk(open_city, me), await at_desk(open_city, me)
    form = (await theirs.open(f"/desk/station/cases/{case['id']}/files")).form("/files")
    assert (await mine_.upload(form, "a.pdf", PDF)).status == 403


async def test_a_case_is_opened_from_a_need_for_which_policy_opened_none(open_city: City) -> None:
    asked = await arrived(open_city)
    desk = await at_desk(open_city, WORKER)
    page = await desk.open(f"/desk/station/needs/{asked['id']}")
    sent = await desk.send(page.form("/case"))
    assert sent.status == 303, sent.text
    assert sent.answer.headers["location"].startswith("/desk/station/cases/")


async def test_a_case_is_offered_to_another_station_which_takes_it(open_city: City) -> None:
    case = await opened(open_city)
    [other] = OTHER_HEAD.grants[0].stations
    assert (await at(open_city, case["id"], HEAD, "/transfer", station_id=other, reason="搬迁")).status == 303
    desk = await at_desk(open_city, OTHER_HEAD)
    page = await desk.open("/desk/station/cases")
    assert (await desk.send(page.form(f"/{case['id']}/transfer/answer"), accepts="yes")).status == 303
    assert (await read(open_city, case["id"], OTHER_HEAD))["station_id"] == other


async def test_another_stations_case_is_not_there(open_city: City) -> None:
    case = await opened(open_city)
    page = await (await at_desk(open_city, OTHER_HEAD, now=TUESDAY)).open(f"/desk/station/cases/{case['id']}")
    assert page.status == 404
