"""Where nothing is wrong, nothing is found: neither when all is quiet nor while everything moves."""

from tests.city import City
from tests.reconcile.town import look, wrong


async def test_in_a_town_at_rest_every_promise_is_kept(town: City) -> None:
    reports = await look(town)
    assert wrong(reports) == []
    assert sum(report.looked for report in reports) > 1000
