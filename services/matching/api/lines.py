"""Bodies of JSON lines, over the counter."""

from typing import Any, Final

from fastapi import Request

from services.matching.errors import NotJsonLines

LINES: Final = ("application/x-ndjson", "application/jsonl")
# 5,000 lines of some three kilobytes each.
MOST_BYTES: Final = 16 * 1024 * 1024


def lines_body(description: str, *, example: str) -> dict[str, Any]:
    """How the documentation shows such a body."""
    content = {media: {"schema": {"type": "string"}, "example": example} for media in LINES}
    return {"requestBody": {"required": True, "content": content, "description": description}}


async def lines_sent(http: Request) -> bytes:
    """The body of a request, if it says that it is JSON lines.

    Raises:
        NotJsonLines: it is something else.
    """
    if http.headers.get("content-type", "").partition(";")[0].strip().lower() not in LINES:
        raise NotJsonLines
    return await http.body()
