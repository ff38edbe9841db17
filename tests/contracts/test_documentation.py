"""The documentation is served from the package: the users' networks are closed."""

import hashlib
import re

import pytest

from deploy.addresses import BUILT
from shared.kit.documentation import ASSETS
from tests.city import City


@pytest.mark.parametrize("service", BUILT)
async def test_the_documentation_asks_nobody_outside(city: City, service: str) -> None:
    """Serve what a page needs from shared/kit/assets."""
    client = city.client(service)
    page = await client.get(f"http://door/{service}/docs")
    assert page.status_code == 200
    linked = re.findall(r"""(?:src|href|url)\s*[=:]\s*["']([^"']+)["']""", page.text)
    assert linked
    assert '"validatorUrl": null' in page.text
    for address in linked:
        assert address.startswith(f"/{service}/"), address
        assert (await client.get(f"http://door{address}")).status_code == 200, address


def test_what_was_vendored_is_what_was_published() -> None:
    """Take the files anew from the package, and write their sums with them."""
    lines = [line.split() for line in (ASSETS / "CHECKSUMS").read_text("utf-8").splitlines()]
    sums = {name: digest for digest, name in lines}
    found = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in ASSETS.iterdir()}
    found.pop("CHECKSUMS")
    assert found == sums
