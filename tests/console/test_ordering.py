"""From the station's desk to the department's, through pages alone: candidates, an order, an answer, the end."""

from typing import Any
from uuid import uuid4

from tests.city import City
from tests.console.browsing import TUESDAY, Page, at_desk, browser
from tests.matching.people import FIRST, SECOND, officer, publish, withdraw_all
from tests.people import FRONT_END, HEAD, OPERATOR, need, triage


async def ready(city: City, **changes: Any) -> str:
    """A triaged need that one department could meet."""
    await withdraw_all(city)
    await publish(city, FIRST, f"meals-{uuid4().hex[:8]}", name="社区老年食堂助餐")
    made = await city.post(
        "needs", "/needs", OPERATOR, need(consents_to_departments=True, **changes), now=TUESDAY
    )  # fmt: skip
    id: str = made.json()["id"]
    await city.post("needs", f"/needs/{id}/triage", HEAD, triage(), now=TUESDAY)
    await city.let_time_pass(TUESDAY)
    return id


async def ordered(city: City, **changes: Any) -> tuple[str, str]:
    """A need whose first candidate was ordered at the desk; the ids of both."""
    id = await ready(city, **changes)
    desk = await at_desk(city, HEAD)
    page = await desk.open(f"/desk/station/needs/{id}/candidates?quantity=10")
    assert (await desk.send(page.form("/orders"))).status == 303
    await city.settle()
    found = await city.get("matching", "/orders", HEAD, params={"need_id": id}, now=TUESDAY)
    [order] = found.json()["items"]
    return id, order["id"]


async def test_candidates_are_compared_in_words(open_city: City) -> None:
    id = await ready(open_city)
    page = await (await at_desk(open_city, HEAD)).open(f"/desk/station/needs/{id}/candidates")
    assert "社区老年食堂助餐" in page.text
    assert "为什么是这个分" in page.text
    assert "抚州市民政局" in page.text


async def test_an_order_stands_at_the_need_and_in_the_departments_inbox(open_city: City) -> None:
    id, order = await ordered(open_city)
    station = await (await at_desk(open_city, HEAD)).open(f"/desk/station?need={id}")
    assert "待接单" in station.text
    theirs = await (await at_desk(open_city, officer(FIRST))).open("/desk/department")
    assert f"/desk/department?show=to_answer&order={order}" in theirs.links
    others = await (await at_desk(open_city, officer(SECOND))).open("/desk/department")
    assert order not in others.answer.text


async def answered(city: City, order: str, verb: str, **fields: Any) -> Page:
    """What the department's officer does with its order on the order's page."""
    desk = await at_desk(city, officer(FIRST))
    page = await desk.open(f"/desk/department/orders/{order}")
    sent = await desk.send(page.form(f"/{verb}"), **fields)
    await city.settle()
    return sent


async def test_an_order_is_accepted_started_and_completed_by_quantity(open_city: City) -> None:
    _, order = await ordered(open_city)
    for verb, fields in (("accept", {}), ("start", {}), ("complete", {"used": 6})):
        assert (await answered(open_city, order, verb, **fields)).status == 303
    told = (await open_city.get("matching", f"/orders/{order}", HEAD, now=TUESDAY)).json()
    assert (told["status"], told["used"]) == ("completed", 6)


async def test_what_a_department_has_finished_asks_the_station_for_its_outcome(open_city: City) -> None:
    id, order = await ordered(open_city)
    await answered(open_city, order, "accept")
    await answered(open_city, order, "start")
    desk = await at_desk(open_city, HEAD)
    assert "请向本人核实，再填写办理结果" not in (await desk.open(f"/desk/station/needs/{id}")).text
    await answered(open_city, order, "complete", used="10")
    assert "请向本人核实，再填写办理结果" in (await desk.open(f"/desk/station/needs/{id}")).text


async def test_the_person_is_shown_to_the_department_only_while_the_order_runs(open_city: City) -> None:
    _, order = await ordered(open_city)
    desk = await at_desk(open_city, officer(FIRST))
    before = await desk.open(f"/desk/department/orders/{order}/card")
    assert "王秀兰" not in before.text
    assert "接单以后" in before.text
    await answered(open_city, order, "accept")
    assert "王秀兰" in (await desk.open(f"/desk/department/orders/{order}/card")).text


async def test_a_return_without_evidence_says_so_and_keeps_the_rest(open_city: City) -> None:
    _, order = await ordered(open_city)
    desk = await at_desk(open_city, officer(FIRST))
    page = await desk.open(f"/desk/department/orders/{order}")
    sent = await desk.send(page.form("/reject"), part=True, reason="no_capacity", evidence="")
    assert sent.status == 422
    assert sent.form("/reject").fields["reason"] == ["no_capacity"]


async def test_sending_a_form_twice_orders_once(open_city: City) -> None:
    id = await ready(open_city)
    desk = await at_desk(open_city, HEAD)
    form = (await desk.open(f"/desk/station/needs/{id}/candidates")).form("/orders")
    assert [(await desk.send(form)).status for _ in range(2)] == [303, 303]
    found = await open_city.get("matching", "/orders", HEAD, params={"need_id": id}, now=TUESDAY)
    assert len(found.json()["items"]) == 1


async def test_how_much_there_is_and_until_when_is_changed_at_the_departments_desk(open_city: City) -> None:
    listed = await publish(open_city, FIRST, f"changed-{uuid4().hex[:8]}", capacity=30, cost="每餐自付2元")
    desk = await at_desk(open_city, officer(FIRST))
    form = (await desk.open("/desk/department/resources")).form("/listings")
    changed = {"resource_id": listed["id"], "capacity": "42", "assured_until": "2026-12-31"}
    assert (await desk.send(form, **changed)).status == 303
    now = (await open_city.get("matching", f"/resources/{listed['id']}", officer(FIRST), now=TUESDAY)).json()
    assert (now["capacity"]["maximum"], now["assured_until"]) == (42, "2026-12-31")
    kept = set(now) - {"capacity", "assured_until", "version", "updated_at"}
    assert {name: now[name] for name in kept} == {name: listed[name] for name in kept}


async def test_a_total_that_is_too_large_is_refused_beside_its_field_and_nothing_is_lost(open_city: City) -> None:
    listed = await publish(open_city, FIRST, f"refused-{uuid4().hex[:8]}", capacity=30)
    desk = await at_desk(open_city, officer(FIRST))
    form = (await desk.open("/desk/department/resources")).form("/listings")
    sent = await desk.send(form, part=True, resource_id=listed["id"], capacity="99999999999", assured_until="")
    assert sent.status == 422
    assert sent.form("/listings").fields["capacity"] == ["99999999999"]


async def test_a_station_is_handed_a_package_at_the_departments_desk(open_city: City) -> None:
    await ready(open_city)
    desk = await at_desk(open_city, officer(FIRST))
    page = await desk.open("/desk/department/resources?category=meals")
    option = next(part for part in page.answer.text.split('value="')[1:] if ">上顿渡镇社工站<" in part)
    sent = await desk.send(page.form("/packages"), station_id=option.split('"')[0], quota=5)
    assert sent.status == 303
    assert "上顿渡镇社工站" in (await desk.open("/desk/department/resources")).text


async def test_who_asked_follows_the_need_on_a_phone_without_signing_in(open_city: City) -> None:
    body = need(channel="app")
    made = await open_city.post("needs", "/needs", FRONT_END, body, now=TUESDAY)
    page = await browser(open_city).open(f"/track/{made.json()['tracking_token']}")
    assert page.status == 200
    assert made.json()["reference"] in page.text
    assert "王秀兰" not in page.text
    assert made.json()["tracking_token"] not in page.answer.text


async def test_an_unknown_link_is_told_kindly(open_city: City) -> None:
    page = await browser(open_city).open("/track/AAAAAAAAAAAAAAAAAAAAAAAA")
    assert page.status == 404
    assert "链接无效" in page.text
