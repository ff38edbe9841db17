"""E11: whoever somebody is, the name goes from the interface through the database, is found, and stands on the page."""

from zlib import crc32

import pytest

from tests.city import City
from tests.console.browsing import TUESDAY, at_desk
from tests.figures import Figure
from tests.needs.asking import number
from tests.people import HEAD, OPERATOR, need, person

# Extensions B, C, E and G, and one beside the first plane; dots within names; letters beyond ASCII; one character.
NAMES = [
    "𠮷田𡈽", "\U0002a700生", "\U0002b820兰", "\U00030edd\U00030ede", "㐂三", "阿卜杜拉·买买提", "古丽·𠮷",
    "Anna Müller", "王",
]  # fmt: skip
ENDING_IN_X = [found for serial in range(300, 500) if (found := number(serial)).endswith("X")]


@pytest.mark.parametrize(("name", "number"), list(zip(NAMES, ENDING_IN_X, strict=False)))
async def test_everyones_name_and_number_go_all_the_way(
    open_city: City, name: str, number: str, figure: Figure
) -> None:
    phone = f"137{crc32(name.encode()) % 10**8:08}"
    told = person(name=name, number=number, phones=[{"number": phone, "owner": "self"}])
    answer = await open_city.post("needs", "/needs", OPERATOR, need(resident=told), now=TUESDAY)
    assert answer.is_success, answer.text
    made = answer.json()

    file = await open_city.get("needs", f"/residents/{made['resident_id']}?purpose=casework", HEAD)
    assert (file.json()["name"], file.json()["number"]) == (name, number)

    for known in ({"number": number.lower()}, {"name": name, "phone": phone}):
        found = await open_city.post("needs", "/residents/search", HEAD, known, now=TUESDAY)
        assert [each["id"] for each in found.json()["items"]] == [made["resident_id"]]

    page = await (await at_desk(open_city, HEAD)).open(f"/desk/station/needs/{made['id']}/words")
    assert name in page.text
    figure("E11", names=1, lost=0)
