"""The city, once matching has heard the reference rows."""

import pytest

from tests.city import City


@pytest.fixture(scope="module")
async def giving(city: City) -> City:
    """All services, and matching knows departments, divisions and rules."""
    await city.settle()
    return city
