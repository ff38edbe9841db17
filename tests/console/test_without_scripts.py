"""Whatever scripts would put into a page is a page of its own where there are none, with the way back."""

import re

from tests.city import City, Person
from tests.console.browsing import Page, at_desk
from tests.console.test_ordering import answered, ordered
from tests.matching.people import FIRST, officer
from tests.people import HEAD


def parts(page: Page) -> set[str]:
    """The addresses of all that a script would fetch into the page when something is clicked."""
    links = re.findall(r'<a [^>]*href="([^"]+)" hx-get="[^"]+"', page.answer.text)
    return {each.replace("&amp;", "&") for each in links}


async def opened_whole(city: City, by: Person, path: str, back: str) -> set[str]:
    """Each part of a page as a whole page; which there were."""
    desk = await at_desk(city, by)
    found = parts(await desk.open(path))
    for part in found:
        page = await desk.open(part)
        assert (part, page.status) == (part, 200)
        assert "<html" in page.answer.text
        assert "<main" in page.answer.text
        assert any(link.startswith(back) for link in page.links)
        whole = await desk.open(part, **{"HX-Request": "true"})
        assert "<html" not in whole.answer.text
    return {part.rpartition("/")[2].partition("?")[0] for part in found}


async def test_at_the_station(open_city: City) -> None:
    need, _ = await ordered(open_city)
    found = await opened_whole(open_city, HEAD, f"/desk/station/needs/{need}", f"/desk/station?need={need}")
    assert {"words", "candidates"} <= found


async def test_in_the_department(open_city: City) -> None:
    _, order = await ordered(open_city)
    await answered(open_city, order, "accept")
    found = await opened_whole(open_city, officer(FIRST), f"/desk/department/orders/{order}", "/desk/department")
    assert "card" in found
    page = await (await at_desk(open_city, officer(FIRST))).open(f"/desk/department/orders/{order}/card")
    assert f"/desk/department?order={order}" in page.links
