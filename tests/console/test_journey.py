"""One page tells a need's whole story, once, and to nobody whom it does not concern."""

from tests.city import City
from tests.console.browsing import at_desk
from tests.console.test_ordering import answered, ordered
from tests.people import HEAD, OTHER_HEAD, WORKER


async def test_what_the_services_tell_of_a_need_is_one_story(open_city: City) -> None:
    need, order = await ordered(open_city)
    await answered(open_city, order, "accept")
    page = await (await at_desk(open_city, HEAD)).open(f"/desk/needs/{need}")
    story = page.text.partition("经过")[2]
    places = [story.index(each) for each in ("登记需求", "研判", "下单", "部门接单")]
    assert places == sorted(places)
    assert story.count("部门接单") == 1
    assert "抚州市民政局：办理期间可看" in page.text


async def test_another_station_reads_no_story(open_city: City) -> None:
    need, _ = await ordered(open_city)
    assert (await (await at_desk(open_city, OTHER_HEAD)).open(f"/desk/needs/{need}")).status == 404


async def test_the_page_tells_the_head_who_has_looked(open_city: City) -> None:
    need, _ = await ordered(open_city)
    await open_city.get("needs", f"/needs/{need}/words", WORKER)
    page = await (await at_desk(open_city, HEAD)).open(f"/desk/needs/{need}")
    assert f"{WORKER.subject} · 查看原话" in page.text
    workers_own = await (await at_desk(open_city, WORKER)).open(f"/desk/needs/{need}")
    assert "谁看过" not in workers_own.text
