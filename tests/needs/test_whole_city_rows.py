"""Reference rows hold for the whole city."""

from tests.city import City
from tests.people import ADMINISTRATOR, COUNTY_ADMINISTRATOR

DAY = "2026-01-01"


def department(slug: str) -> dict[str, object]:
    """A ninth department, as one row."""
    body = {
        "slug": slug, "kind": "department", "name_zh": "退役军人事务局", "name_en": "Veterans Affairs",
        "short_zh": "退役", "duties_zh": "退役军人服务保障", "leads": False,
    }  # fmt: skip
    return {"valid_from": DAY, "source": "测试", "body": body}


async def test_a_ninth_department_is_one_row(needs_alone: City) -> None:
    path, row = "/reference/department/veterans_affairs", department("veterans_affairs")
    written = await needs_alone.put("needs", path, ADMINISTRATOR, row, version=0)
    assert (written.status_code, written.json()["version"]) == (200, 1), written.text
    read = await needs_alone.get("needs", path, ADMINISTRATOR)
    assert read.json()["body"]["name_zh"] == "退役军人事务局"


async def test_an_administrator_of_a_county_may_not_change_what_holds_for_all(needs_alone: City) -> None:
    path, row = "/reference/department/another", department("another")
    refused = await needs_alone.put("needs", path, COUNTY_ADMINISTRATOR, row, version=0)
    assert refused.status_code == 403
    assert (await needs_alone.get("needs", path, ADMINISTRATOR)).status_code == 404
