"""A browser for tests: cookies, links and forms, as people use them; pages are read, not guessed."""

from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

import httpx

from services.console.pages.room import COOKIE
from services.console.service import sessions
from shared.kit.clock import wall_clock
from tests.city import City, Person, token

TUESDAY = datetime.fromisoformat("2026-03-10T10:00:00+08:00")


@dataclass(slots=True)
class Form:
    """A form on a page: where it goes, and what its fields hold."""

    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)


class _Reader(HTMLParser):
    """Text and forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.words: list[str] = []
        self.links: list[str] = []
        self._select = self._area = ""
        self._quiet = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(told.get("action", "")))
        if tag == "a" and "href" in told:
            self.links.append(told["href"])
        if tag in ("script", "style"):
            self._quiet += 1
        if self.forms:
            self._field(tag, told)

    def _field(self, tag: str, told: dict[str, str]) -> None:
        fields = self.forms[-1].fields
        if tag == "input" and "name" in told:
            is_off = told.get("type") in ("radio", "checkbox") and "checked" not in told
            fields.setdefault(told["name"], []).extend([] if is_off else [told.get("value", "")])
        if tag in ("select", "textarea") and "name" in told:
            self._select, self._area = (told["name"], "") if tag == "select" else ("", told["name"])
            fields.setdefault(told["name"], [])
        # As in a browser, the first one is chosen until another one is.
        if tag == "option" and self._select and ("selected" in told or not fields[self._select]):
            fields[self._select] = [told.get("value", "")]

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._quiet -= 1
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area and self.forms:
            self.forms[-1].fields[self._area] = [data]
        if not self._quiet and data.strip():
            self.words.append(data.strip())


@dataclass(frozen=True, slots=True)
class Page:
    """What came back."""

    answer: httpx.Response
    text: str
    forms: list[Form]
    links: list[str]

    @property
    def status(self) -> int:
        return self.answer.status_code

    def form(self, ending: str) -> Form:
        """The form that goes to an address with this ending."""
        return next(form for form in self.forms if form.action.endswith(ending))


def read(answer: httpx.Response) -> Page:
    reader = _Reader()
    reader.feed(answer.text)
    return Page(answer, " ".join(reader.words), reader.forms, reader.links)


@dataclass(slots=True)
class Browser:
    """One browser, at a time that is told."""

    client: httpx.AsyncClient
    now: datetime

    async def open(self, path: str, **headers: str) -> Page:
        return read(await self.client.get(path, headers=self._headers(headers)))

    async def send(self, form: Form, *, part: bool = False, **fields: Any) -> Page:
        """Fill in and send a form; a list ticks several boxes."""
        filled = form.fields | {
            name: value if isinstance(value, list) else [str(value)] for name, value in fields.items()
        }
        headers = {"HX-Request": "true"} if part else {}
        return read(await self.client.post(form.action, data=filled, headers=self._headers(headers)))

    async def keep(self, form: Form, name: str, **fields: str) -> httpx.Response:
        """Write into a form and leave it there: the page saves a draft by itself."""
        written = {"csrf": form.fields["csrf"][0], "form": name} | fields
        return await self.client.post("/desk/drafts", data=written, headers=self._headers({}))

    async def upload(self, form: Form, name: str, content: bytes) -> Page:
        """Choose a file in a form, and send it as browsers do."""
        filled = {name: values[-1] for name, values in form.fields.items() if name != "file" and values}
        file = {"file": (name, content, "application/octet-stream")}
        return read(await self.client.post(form.action, data=filled, files=file, headers=self._headers({})))

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"Fuzhou-Now": self.now.isoformat()} | more


def browser(city: City, *, now: datetime = TUESDAY) -> Browser:
    """A browser in which nobody is signed in."""
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(city.apps["console"], client=("127.0.0.1", 1)), base_url="http://door"
    )
    city.clients.append(client)
    return Browser(client, now)


async def at_desk(city: City, person: Person, *, now: datetime = TUESDAY) -> Browser:
    """A browser in which somebody is signed in, as if they had come back from identity just now."""
    granted = {"access_token": token(*person.grants, subject=person.subject), "expires_in": 3600 * 8}
    secret = await sessions.keep(city.house("console"), granted, at=min(now, wall_clock()))
    opened = browser(city, now=now)
    opened.client.cookies.set(COOKIE, secret)
    return opened
