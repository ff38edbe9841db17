"""Nobody gets in with a token that identity did not give (S10)."""

import httpx
import pytest

from tests.city import City
from tests.figures import Figure
from tests.identity.forgeries import FORGERIES, forged


async def answer_to(city: City, token: str) -> httpx.Response:
    return await city.client("needs").get("/needs", headers={"Authorization": f"Bearer {token}"})


async def test_the_model_of_all_forgeries_is_good(city: City) -> None:
    assert (await answer_to(city, forged())).status_code == 200


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_a_forged_token_is_refused(city: City, forgery: str, figure: Figure) -> None:
    answer = await answer_to(city, FORGERIES[forgery]())
    assert answer.status_code == 401, answer.text
    assert answer.json()["type"] == "urn:fuzhou:problem:token-refused"
    figure("S10", forgeries=1, let_in=0)


def test_there_are_forty_at_least() -> None:
    assert len({make() for make in FORGERIES.values()}) >= 40
