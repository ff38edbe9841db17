"""The messages on people's phones, as the gateway's twin holds them: where survey links are found."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from deploy.year.staff import Staff
from deploy.year.stage import Life

SURVEY_LINK: Final = re.compile(r"/survey/([A-Za-z0-9_-]+)")
READER: Final = "hotline"


@dataclass(slots=True)
class Inbox:
    """All phones of the city; read at most once in each step, for everybody who looks then."""

    links: dict[str, str] = field(default_factory=dict)
    newest: str = ""
    workers: Staff = field(default_factory=Staff)
    read_at: datetime | None = None

    async def link_on(self, phone: str, life: Life) -> str | None:
        """The latest survey link on a phone."""
        if self.read_at != life.stage.edge:
            self.read_at = life.stage.edge
            await self._read(life)
        return self.links.get(phone)

    async def _read(self, life: Life) -> None:
        found = [row async for row in self._news(life)]
        for row in reversed(found):
            link = SURVEY_LINK.search(row["text"])
            if link is not None:
                self.links[row["phone"]] = link[1]
        self.newest = max([self.newest, *(row["id"] for row in found)])

    async def _news(self, life: Life) -> AsyncIterator[dict[str, Any]]:
        after: dict[str, str] = {}
        while True:
            page = await life.sees("needs", "/v1/messages", READER, limit=200, **after)
            if page is None:
                return
            for row in page["items"]:
                if row["id"] <= self.newest:
                    return
                yield row
            if page["next"] is None:
                return
            after = {"after": page["next"]}
