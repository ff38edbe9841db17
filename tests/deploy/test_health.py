"""Health is asked often, and of whoever is just starting or ending."""

import gc
import socket

import pytest

from deploy import health
from deploy.health import answers_ok


async def test_who_does_not_answer_is_not_well_and_leaves_no_connection_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as never_answering:
        assert not await answers_ok("127.0.0.1", never_answering.getsockname()[1], "/")
        # A connection that was left open says so when it is collected, and warnings are errors here.
        gc.collect()
