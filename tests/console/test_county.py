"""The county's desk: what was returned twice, and what asks for a third time, decided on its page."""

from typing import Any
from uuid import UUID, uuid4

from shared.kit.clock import wall_clock
from shared.kit.feed.ears import HeardFact
from shared.kit.feed.listening import handle
from shared.schemas.access import Role
from shared.schemas.facts.feedback import SurveyAnswered
from shared.schemas.vocabulary import ReopenReason, Solved, SurveyChannel
from tests.cases.people import CONSENT, done, opened
from tests.city import City, Person
from tests.console.browsing import TUESDAY, Page, at_desk
from tests.console.test_ordering import ready
from tests.matching.people import FIRST, SECOND, THIRD, officer, publish
from tests.people import COUNTY, HEAD, STATION, TOWNSHIP, WORKER

MANAGER = Person.of(Role.COUNTY_MANAGER, divisions=("361002",))
OTHER_MANAGER = Person.of(Role.COUNTY_MANAGER, "county_manager-2", divisions=("361021",))
RETURNED = {"reason": "no_capacity", "evidence": "本周名额已满，附排班表"}


async def orders_of(city: City, need: str) -> list[dict[str, Any]]:
    found = await city.get("matching", "/orders", HEAD, params={"need_id": need, "limit": 50}, now=TUESDAY)
    return sorted(found.json()["items"], key=lambda order: order["requested_at"] + order["id"])


async def returned_twice(city: City) -> tuple[str, str]:
    """A need whose orders came back twice, and the order that waits."""
    id = await ready(city)
    for provider, days in ((SECOND, 3), (THIRD, 9)):
        await publish(city, provider, f"meals-{uuid4().hex[:8]}", name=f"助餐 {provider}", lead_days=days)
    desk = await at_desk(city, HEAD)
    page = await desk.open(f"/desk/station/needs/{id}/candidates")
    await desk.send(page.form("/orders"))
    for _ in range(2):
        await city.let_time_pass(TUESDAY)
        last = next(each for each in await orders_of(city, id) if each["status"] == "requested")
        path = f"/orders/{last['id']}/reject"
        await done(city, path, officer(last["provider"]), RETURNED, service="matching")
    await city.let_time_pass(TUESDAY)
    return id, last["id"]


async def decided(city: City, by: Person, ending: str, **fields: Any) -> Page:
    desk = await at_desk(city, by)
    sent = await desk.send((await desk.open("/desk/county")).form(ending), **fields)
    await city.let_time_pass(TUESDAY)
    return sent


async def test_a_return_is_decided_by_its_county_and_the_next_department_is_asked(open_city: City) -> None:
    need, order = await returned_twice(open_city)
    elsewhere = await (await at_desk(open_city, OTHER_MANAGER)).open("/desk/county")
    assert order not in elsewhere.answer.text
    sent = await decided(open_city, MANAGER, f"/{order}/arbitrate", ruling="uphold", reason="理由成立")
    assert sent.status == 303, sent.text
    assert len(await orders_of(open_city, need)) == 3
    assert order not in (await (await at_desk(open_city, MANAGER)).open("/desk/county")).answer.text


async def test_a_resource_is_made_to_take_it(open_city: City) -> None:
    need, order = await returned_twice(open_city)
    page = await (await at_desk(open_city, COUNTY)).open("/desk/county")
    first = next(each for each in await orders_of(open_city, need) if each["provider"] == FIRST)
    assert first["resource_id"] in page.answer.text
    sent = await decided(
        open_city,
        COUNTY,
        f"/{order}/arbitrate",
        ruling="assign",
        resource_id=first["resource_id"],
        reason="由原单位承接",
    )
    assert sent.status == 303, sent.text
    last = (await orders_of(open_city, need))[-1]
    assert (last["is_arbitrated"], last["resource_id"]) == (True, first["resource_id"])


async def test_who_must_take_it_is_asked_for_beside_its_field(open_city: City) -> None:
    _, order = await returned_twice(open_city)
    desk = await at_desk(open_city, MANAGER)
    form = (await desk.open("/desk/county")).form(f"/{order}/arbitrate")
    sent = await desk.send(form, part=True, ruling="assign", resource_id="", reason="请民政承接")
    assert sent.status == 422
    assert "指定承接须填" in sent.text
    assert sent.form(f"/{order}/arbitrate").fields["reason"] == ["请民政承接"]


async def test_evidence_is_shown_when_asked_for(open_city: City) -> None:
    _, order = await returned_twice(open_city)
    desk = await at_desk(open_city, MANAGER)
    assert "附排班表" not in (await desk.open("/desk/county")).answer.text
    assert "附排班表" in (await desk.open(f"/desk/county/orders/{order}/evidence")).text


async def asks_a_third_time(city: City) -> str:
    """A need that was opened again twice, and whose person is still not content."""
    id = await ready(city)
    path = f"/needs/{id}"
    await done(city, f"{path}/resolve", HEAD, {"outcome": "partly"}, service="needs")
    for _ in range(2):
        await done(city, f"{path}/reopen", HEAD, {"reason": "came_back"}, service="needs")
        await done(city, f"{path}/resolve", HEAD, {"outcome": "partly"}, service="needs")
    unsatisfied = SurveyAnswered(
        survey_id=uuid4(), need_id=UUID(id), episode=3, channel=SurveyChannel.LINK, responded=True, solved=Solved.NO,
        satisfaction=1, category="meals", division=TOWNSHIP, station_id=STATION, providers=(), answered_at=TUESDAY,
        reopens=ReopenReason.NOT_SOLVED,
    )  # fmt: skip
    [listener] = [each for each in city.house("needs").listeners if each.publisher == "feedback"]
    body = unsatisfied.model_dump(mode="json")
    heard = HeardFact("", uuid4(), unsatisfied.name, unsatisfied.subject, 1, wall_clock(), body)
    async with listener.database.work(listener.context) as session:
        await handle(session, heard, listener.handlers)
    return id


async def test_a_third_reopening_is_granted(open_city: City) -> None:
    id = await asks_a_third_time(open_city)
    assert (await decided(open_city, MANAGER, f"/needs/{id}/reopen")).status == 303
    told = (await open_city.get("needs", f"/needs/{id}", HEAD)).json()
    assert (told["episode"], told["reopen_reason"]) == (4, "county_decided")


async def test_or_declined_with_reasons(open_city: City) -> None:
    id = await asks_a_third_time(open_city)
    sent = await decided(open_city, COUNTY, f"/needs/{id}/decline", because="三次服务均已到位，已当面说明")
    assert sent.status == 303, sent.text
    told = (await open_city.get("needs", f"/needs/{id}", HEAD)).json()
    assert (told["episode"], told["awaits_county"]) == (3, False)


async def test_what_a_head_works_on_waits_on_the_desk_of_the_head_station_until_it_has_approved_it(
    open_city: City,
) -> None:
    """The page leads to the case; a county's manager reads no case, and is shown none."""
    case = await opened(open_city)
    path = f"/cases/{case['id']}"
    await done(open_city, f"{path}/consent", WORKER, CONSENT)
    asked = await done(open_city, f"{path}/approvals", HEAD, {"act": "intake"})
    link = f"/desk/station{path}"
    assert link not in (await (await at_desk(open_city, MANAGER)).open("/desk/county")).answer.text
    desk = await at_desk(open_city, COUNTY)
    assert link in (await desk.open("/desk/county")).answer.text
    sent = await desk.send((await desk.open(link)).form(f"/{asked['id']}/decide"), approved="yes")
    assert sent.status == 303, sent.text
    assert link not in (await desk.open("/desk/county")).answer.text


async def test_the_county_desk_is_not_a_stations(open_city: City) -> None:
    page = await (await at_desk(open_city, HEAD)).open("/desk/station")
    assert "县级裁定" not in page.text
