"""The station desk: what waits, and what is done about it, through pages alone."""

from tests.city import City
from tests.console.browsing import TUESDAY, at_desk, browser
from tests.people import HEAD, OPERATOR, OTHER_HEAD, need


async def asked(city: City) -> dict[str, object]:
    """A need of the home station."""
    answer = await city.post("needs", "/needs", OPERATOR, need(), now=TUESDAY)
    assert answer.is_success, answer.text
    await city.settle()
    return dict(answer.json())


async def test_who_is_not_signed_in_is_led_to_signing_in_and_back(open_city: City) -> None:
    page = await browser(open_city).open("/desk/station?show=new")
    assert page.status == 303
    assert page.answer.headers["location"] == "/desk/sign-in?to=%2Fdesk%2Fstation%3Fshow%3Dnew"


async def test_what_waits_is_on_the_desk_in_words(open_city: City) -> None:
    made = await asked(open_city)
    page = await (await at_desk(open_city, HEAD)).open("/desk/station?show=new")
    assert page.status == 200
    assert str(made["reference"]) in page.text
    assert "临川区 上顿渡镇" in page.text


async def test_a_need_is_triaged_on_its_page(open_city: City) -> None:
    made = await asked(open_city)
    desk = await at_desk(open_city, HEAD)
    page = await desk.open(f"/desk/station/needs/{made['id']}")
    sent = await desk.send(page.form("/triage"), category="meals", urgency="routine", groups=["elderly"])
    assert sent.status == 303
    told = await open_city.get("needs", f"/needs/{made['id']}", HEAD)
    assert (told.json()["category"], told.json()["status"]) == ("meals", "triaged")


async def test_what_is_refused_is_told_beside_the_form_and_nothing_that_was_filled_in_is_lost(open_city: City) -> None:
    made = await asked(open_city)
    desk = await at_desk(open_city, HEAD)
    page = await desk.open(f"/desk/station/needs/{made['id']}")
    sent = await desk.send(page.form("/triage"), part=True, category="no_such_thing", urgency="urgent")
    assert sent.status == 422
    assert "no_such_thing" in sent.text
    assert sent.form("/triage").fields["urgency"] == ["urgent"]


async def test_a_form_of_another_session_is_refused(open_city: City) -> None:
    made = await asked(open_city)
    mine, theirs = await at_desk(open_city, HEAD), await at_desk(open_city, HEAD)
    form = (await theirs.open(f"/desk/station/needs/{made['id']}")).form("/triage")
    assert (await mine.send(form, category="meals", urgency="routine")).status == 403


async def test_another_stations_need_is_not_there(open_city: City) -> None:
    made = await asked(open_city)
    page = await (await at_desk(open_city, OTHER_HEAD)).open(f"/desk/station/needs/{made['id']}")
    assert page.status == 404
    assert "没有这一项" in page.text


async def test_a_draft_is_there_again_in_the_next_browser(open_city: City) -> None:
    made = await asked(open_city)
    desk = await at_desk(open_city, HEAD)
    form = (await desk.open(f"/desk/station/needs/{made['id']}")).form("/triage")
    kept = await desk.keep(form, f"triage:{made['id']}", category="counselling")
    assert kept.status_code == 204
    again = await (await at_desk(open_city, HEAD)).open(f"/desk/station/needs/{made['id']}")
    assert again.form("/triage").fields["category"] == ["counselling"]


async def test_a_page_keeps_to_itself(open_city: City) -> None:
    page = await (await at_desk(open_city, HEAD)).open("/desk/station")
    policy = page.answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert page.answer.headers["cache-control"] == "no-store"
    assert "style=" not in page.answer.text


async def test_a_consent_that_was_being_written_is_there_again_after_another_button(open_city: City) -> None:
    made = await asked(open_city)
    desk = await at_desk(open_city, HEAD)
    page = await desk.open(f"/desk/station/needs/{made['id']}")
    await desk.keep(page.form("/consent"), f"consent:{made['id']}", given="yes", evidence="电话中口头同意")
    await desk.send(page.form("/claim"))
    again = await desk.open(f"/desk/station/needs/{made['id']}")
    assert again.form("/consent").fields["evidence"] == ["电话中口头同意"]
    assert again.form("/consent").fields["given"] == ["yes"]
