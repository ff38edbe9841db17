"""Short ways to ask for something and to look at what came of it."""

import json
from datetime import datetime
from typing import Any

from services.needs.rules.numbers import check_digit
from tests.city import City, Person
from tests.people import HEAD, OPERATOR, need, triage

TUESDAY = datetime.fromisoformat("2026-03-10T10:00:00+08:00")


def moment(written: str) -> datetime:
    """A moment in Fuzhou: `03-10 09:00` is in 2026."""
    return datetime.fromisoformat(f"2026-{written.replace(' ', 'T')}:00+08:00")


async def asked(city: City, *, now: datetime = TUESDAY, by: Person = OPERATOR, **changes: Any) -> dict[str, Any]:
    """Somebody asks; the answer."""
    answer = await city.post("needs", "/needs", by, need(**changes), now=now)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def judged(
    city: City, made: dict[str, Any], *, now: datetime = TUESDAY, by: Person = HEAD, **changes: Any
) -> dict[str, Any]:
    """The station's judgement; the answer."""
    answer = await city.post("needs", f"/needs/{made['id']}/triage", by, triage(**changes), now=now)
    assert answer.status_code == 200, answer.text
    read: dict[str, Any] = answer.json()
    return read


async def clocks(city: City, made: dict[str, Any], *, by: Person = HEAD) -> dict[str, list[dict[str, Any]]]:
    """A need's clocks by kind, in the order they started."""
    read = (await city.get("needs", f"/needs/{made['id']}", by)).json()
    found: dict[str, list[dict[str, Any]]] = {}
    for clock in read["clocks"]:
        found.setdefault(clock["kind"], []).append(clock)
    return found


async def happened(city: City, made: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The facts of one name about a need, with the moment each was said."""
    owner = await city.owner("needs")
    rows = await owner.fetch(
        "SELECT time, body::text AS body FROM fact WHERE subject = $1 AND name = $2 ORDER BY sequence",
        made["id"], f"needs.{name}.v1",
    )  # fmt: skip
    await owner.close()
    return [json.loads(row["body"]) | {"said": row["time"]} for row in rows]


def number(serial: int, born: str = "19520307") -> str:
    """A resident number with the right check character, one for each serial."""
    first = f"361002{born}{serial:03}"
    return first + check_digit(first)
