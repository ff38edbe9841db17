"""Nobody's edit vanishes: an edit names the version it edits, and loses if somebody was there first."""

import re
from typing import Annotated

from fastapi import Depends, Header, Response

from shared.kit.errors import Stale, Unconditional

ETAG = re.compile(r'(?:W/)?"(\d{1,9})"')


async def if_match(
    if_match: Annotated[str | None, Header(description='The ETag of what you read, e.g. `"3"`.')] = None,
) -> int:
    """The version an edit names.

    Raises:
        Unconditional: none, or not one of ours.
    """
    found = ETAG.fullmatch(if_match or "")
    if found is None:
        raise Unconditional
    return int(found.group(1))


IfMatch = Annotated[int, Depends(if_match)]


def require_version(expected: int, current: int) -> None:
    """Let an edit pass only on the version it read; call with the row locked.

    Raises:
        Stale: it has another version by now.
    """
    if expected != current:
        raise Stale(current)


def tag(response: Response, version: int) -> None:
    """Put the version on an answer as its ETag."""
    response.headers["ETag"] = f'"{version}"'
