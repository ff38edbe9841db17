"""More is asked than can be done: what is let in is answered, what is not is told so, and then all is as before."""

import asyncio
from collections import Counter
from urllib.parse import urlsplit

import pytest

from tests.figures import Figure
from tests.journeys.platform import Platform, platform
from tests.people import HEAD, OPERATOR, need

pytestmark = pytest.mark.slow
IN_A_WAVE, MOST = 100, 6000
# A gate so narrow that a crowd of hundreds is too many for it on any machine.
NARROW = {"FUZHOU_MOST_AT_ONCE": "4", "FUZHOU_WAIT_SECONDS": "0.3", "FUZHOU_WAIT_SECONDS_WHEN_BUSY": "0.1"}
Answer = tuple[int, dict[str, str], bytes]


async def ask(platform: Platform, path: str, headers: str) -> Answer:
    """One request on a connection of its own, as a crowd sends them: nobody waits for anybody."""
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(platform.door).port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: fuzhou\r\nConnection: close\r\n{headers}\r\n".encode())
    whole = await asyncio.wait_for(reader.read(), 60)
    writer.close()
    head, _, body = whole.partition(b"\r\n\r\n")
    first, *rest = head.decode().split("\r\n")
    return int(first.split()[1]), dict(line.lower().split(": ", 1) for line in rest), body


async def test_a_flood_is_answered_or_refused_in_form_and_leaves_nothing_behind(figure: Figure) -> None:
    async with platform(**NARROW) as running:
        assert (await running.post("/needs/v1/needs", OPERATOR, need())).status_code == 201
        headers = "".join(
            f"{name}: {value}\r\n" for name, value in running.header(*HEAD.grants, subject=HEAD.subject).items()
        )
        flood: list[asyncio.Task[Answer]] = []
        # However fast a machine is, somebody comes too many in the end.
        while len(flood) < MOST and not any(each.done() and each.result()[0] == 503 for each in flood):
            flood += [asyncio.create_task(ask(running, "/needs/v1/needs", headers)) for _ in range(IN_A_WAVE)]
            await asyncio.sleep(0.05)
        lives = await ask(running, "/needs/health/live", "")
        answers = await asyncio.gather(*flood)
        told = Counter(status for status, _, _ in answers)
        assert set(told) == {200, 503}, told
        assert lives[0] == 200
        for said in (head for status, head, _ in answers if status == 503):
            assert said["content-type"] == "application/problem+json"
            assert said["retry-after"].isdigit()
        assert any(b"urn:fuzhou:problem:overloaded" in body for _, _, body in answers), "the gate itself refused"
        assert (await running.get("/needs/v1/needs", HEAD)).status_code == 200
    figure("R10", asked_at_once=len(answers), answered=told[200], refused_in_form=told[503], otherwise=0)
