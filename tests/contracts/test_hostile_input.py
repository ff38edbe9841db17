"""S4: whatever is sent, a service answers as its document says, and never that it broke."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.addresses import BUILT
from deploy.postgres import Cluster
from tests.city import running
from tests.contracts.conftest import without_limits
from tests.contracts.hostile import SEED, answered
from tests.figures import Figure
from tests.given.scene import Scene

FEW, MANY = 500, 3000
# The console's pages are no interface with a document.
DOCUMENTED = [service for service in BUILT if service != "console"]


@pytest.fixture(scope="module")
async def spoilt(cluster: Cluster, folder: Path) -> AsyncIterator[Scene]:
    """A city of its own: nobody else should have to work with what is left."""
    async with running(cluster, folder, BUILT, **without_limits()) as city:
        scene = Scene(city)
        yield scene
        await scene.close()


async def as_documented(scene: Scene, service: str, figure: Figure, *, cases: int) -> str:
    found = await answered(scene, service, cases=cases)
    told = f"seed {SEED}, {service}: {found.cases} cases, {found.reached / found.cases:.0%} reached a handler"
    print(told, dict(sorted(found.statuses.items())))
    assert not found.findings, "\n".join([told, *found.findings.values()])
    assert found.cases >= cases
    assert found.reached > 0.3 * found.cases, told
    assert set(found.statuses) >= {200, 401, 422}
    figure("S4", cases=found.cases, which_reached_handlers=found.reached, broken=0, undocumented=0)
    return told


@pytest.mark.slow
@pytest.mark.parametrize("service", DOCUMENTED)
async def test_whatever_is_sent_is_answered_as_documented(spoilt: Scene, service: str, figure: Figure) -> None:
    """Document the status where refusals are declared (`shared/kit/contract.py`), or mend what broke."""
    await as_documented(spoilt, service, figure, cases=FEW)


@pytest.mark.fuzz
@pytest.mark.parametrize("service", DOCUMENTED)
async def test_three_thousand_requests_are_answered_as_documented(
    spoilt: Scene, service: str, figure: Figure, capsys: pytest.CaptureFixture[str]
) -> None:
    told = await as_documented(spoilt, service, figure, cases=MANY)
    with capsys.disabled():
        print(told)
