"""The front door, as departments' systems and heads of stations meet it."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any
from uuid import UUID, uuid5

import httpx

from deploy.token import token_for

LINES = "application/x-ndjson"
MOST_LINES = 5000
# Fixed for ever, so that an act that is sent again is the same act.
KEYS = UUID("6b9f2f0e-4c1d-5a57-8f2e-361000361000")
WAIT_SECONDS = 120
LOOK_SECONDS = 0.5

# A token lasts ten minutes; the sample comes in within two.
token = cache(token_for)


class StillWaiting(SystemExit):
    """A service has not heard what it must know first."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} within {WAIT_SECONDS} s; see the services' logs.")


class Refused(SystemExit):
    """The platform takes what the sample city says as anybody's; this it refused."""

    def __init__(self, path: str, answer: str) -> None:
        super().__init__(f"The platform refused what the sample city sent to {path}: {answer}")


class Door:
    """A client; each of its calls is made as some account."""

    def __init__(self, address: str, *, transport: httpx.BaseTransport | None = None) -> None:
        self._http = httpx.Client(base_url=address, timeout=60, trust_env=False, transport=transport)

    def ask(self, method: str, path: str, account: str, **request: Any) -> Any:
        """One call, as an account; its answer."""
        headers = {"Authorization": f"Bearer {token(account)}"} | request.pop("headers", {})
        answer = self._http.request(method, path, headers=headers, **request)
        if not answer.is_success:
            raise Refused(path, answer.text)
        return answer.json()

    def act(self, path: str, account: str, body: dict[str, Any]) -> dict[str, Any]:
        """Do something under a key of its own, so that it is done once however often it is sent."""
        key = uuid5(KEYS, path + json.dumps(body, sort_keys=True))
        done: dict[str, Any] = self.ask("POST", path, account, json=body, headers={"Idempotency-Key": str(key)})
        return done

    def keep(self, path: str, account: str, body: dict[str, Any], *, version: int) -> None:
        """Write something anew that stands at this version."""
        self.ask("PUT", path, account, json=body, headers={"If-Match": f'"{version}"'})

    def send_lines(self, path: str, account: str, rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Send rows as JSON lines, as many at a time as one call may hold; each row's answer."""
        for start in range(0, len(rows), MOST_LINES):
            body = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows[start : start + MOST_LINES])
            headers = {"Content-Type": LINES}
            yield from self.ask("POST", path, account, content=body.encode(), headers=headers)["rows"]

    def pages(self, path: str, account: str, **wanted: str) -> Iterator[dict[str, Any]]:
        """Everything of a list, page by page."""
        after: dict[str, str] = {}
        while True:
            page = self.ask("GET", path, account, params=wanted | {"limit": "200"} | after)
            yield from page["items"]
            if page["next"] is None:
                return
            after = {"after": page["next"]}


def wait_until(is_so: Callable[[], bool], *, otherwise: str) -> None:
    """Services hear of one another a moment after they start.

    Raises:
        StillWaiting: it did not become so.
    """
    give_up = time.monotonic() + WAIT_SECONDS
    while not is_so():
        if time.monotonic() > give_up:
            raise StillWaiting(otherwise)
        time.sleep(LOOK_SECONDS)
