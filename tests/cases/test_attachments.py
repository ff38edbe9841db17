"""Files of a case: sealed, kept once, read for the record, gone when nothing holds them."""

import asyncio
from typing import Any
from urllib.parse import quote, unquote
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shared.kit.database import Context
from shared.kit.files.keeping import digest_of, keep
from shared.kit.files.receiving import checked
from tests.cases.people import OTHER_WORKER, TUESDAY, done, opened, refused
from tests.city import City, Person
from tests.people import HEAD, OTHER_HEAD, OTHER_STATION, STATION, WORKER

WORDS = "老人的诊断书：轻度抑郁"


def pdf() -> bytes:
    """A file like no other."""
    return f"%PDF-1.7\n% {WORDS} {uuid4()}\n%%EOF\n".encode()


async def send(
    city: City, case: str, content: bytes, by: Person = WORKER, *, name: str = "王秀兰诊断书.pdf",
    media_type: str = "application/pdf",
) -> httpx.Response:  # fmt: skip
    headers = {"Idempotency-Key": str(uuid4()), "Content-Type": media_type, "Fuzhou-File-Name": quote(name)}
    client = city.client("cases", by, now=TUESDAY)
    return await client.post(f"/cases/{case}/attachments", content=content, headers=headers)


async def attached(city: City, case: str, content: bytes) -> str:
    answer = await send(city, case, content)
    assert answer.status_code == 201, answer.text
    id: str = answer.json()["id"]
    return id


async def content_of(city: City, case: str, id: str, by: Person = WORKER) -> httpx.Response:
    return await city.get("cases", f"/cases/{case}/attachments/{id}", by, now=TUESDAY)


async def fetched(city: City, query: str, *values: Any) -> Any:
    owner = await city.owner("cases")
    try:
        return await owner.fetchval(query, *values)
    finally:
        await owner.close()


STORED = "SELECT count(*) FROM stored_file WHERE digest = $1"


async def test_a_file_comes_back_as_it_was_and_is_saved_under_its_name(working: City) -> None:
    case, content = (await opened(working))["id"], pdf()
    answer = await content_of(working, case, await attached(working, case, content))
    assert answer.content == content
    assert answer.headers["content-type"] == "application/pdf"
    assert unquote(answer.headers["content-disposition"]).endswith("王秀兰诊断书.pdf")
    assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == ("no-store", "nosniff")


async def test_neither_content_nor_name_is_readable_in_the_database(working: City) -> None:
    case, content = (await opened(working))["id"], pdf()
    id = await attached(working, case, content)
    stored = await fetched(working, "SELECT content FROM stored_file WHERE digest = $1", digest_of(content))
    assert WORDS.encode() not in stored
    assert b"%PDF" not in stored
    assert "王秀兰".encode() not in await fetched(working, "SELECT name_sealed FROM attachment WHERE id = $1", id)


async def test_every_reading_is_written_down_with_its_purpose(working: City) -> None:
    case = await opened(working)
    id = await attached(working, case["id"], pdf())
    listed = await working.get("cases", f"/cases/{case['id']}/attachments", HEAD)
    assert [item["name"] for item in listed.json()["items"]] == ["王秀兰诊断书.pdf"]
    await content_of(working, case["id"], id, HEAD)
    owner = await working.owner("cases")
    trail = await owner.fetch(
        "SELECT act, actor, purpose FROM audit_entry WHERE subject = $1 ORDER BY number", case["resident_id"]
    )
    await owner.close()
    assert [tuple(row) for row in trail] == [
        ("list_case_attachments", HEAD.subject, f"case:{case['id']}"),
        ("read_case_attachment", HEAD.subject, f"case:{case['id']}"),
    ]


async def test_a_file_that_is_not_what_it_says_is_refused_and_leaves_nothing(working: City) -> None:
    case, content = (await opened(working))["id"], pdf()
    wrong = [
        await send(working, case, content, name="照片.jpg"),
        await send(working, case, content, media_type="image/png"),
        await send(working, case, b"<html>" + content),
    ]
    assert [(each.status_code, each.json()["type"].rpartition(":")[2]) for each in wrong] == [
        (422, "file-says-otherwise"), (422, "file-says-otherwise"), (422, "file-not-taken"),
    ]  # fmt: skip
    assert await fetched(working, STORED, digest_of(content)) == 0


async def test_a_file_of_the_size_that_is_let_in_is_taken_and_one_byte_more_is_not(working: City) -> None:
    case = (await opened(working))["id"]
    most = working.house("cases").settings.file_max_bytes  # type: ignore[attr-defined]
    assert most == 10 * 1024 * 1024
    content = pdf()
    whole = content + b" " * (most - len(content))
    assert (await send(working, case, whole)).status_code == 201
    answer = await send(working, case, whole + b" ")
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (413, "file-too-large")
    assert str(most) in answer.json()["detail"]


async def test_the_same_content_is_kept_once_and_stays_until_nobody_holds_it(working: City) -> None:
    first, second, content = (await opened(working))["id"], (await opened(working))["id"], pdf()
    one, other = await attached(working, first, content), await attached(working, second, content)
    assert await fetched(working, STORED, digest_of(content)) == 1
    gone = await done(working, f"/cases/{first}/attachments/{one}/remove", HEAD)
    assert (gone["name"], gone["removed_by"]) == (None, HEAD.subject)
    await working.let_time_pass(TUESDAY)
    assert (await content_of(working, first, one)).status_code == 404
    assert (await content_of(working, second, other)).content == content
    await done(working, f"/cases/{second}/attachments/{other}/remove", HEAD)
    await working.let_time_pass(TUESDAY)
    assert await fetched(working, STORED, digest_of(content)) == 0
    assert await refused(working, f"/cases/{second}/attachments/{other}/remove", HEAD) == (404, "not-found")


async def test_whoever_sweeps_and_whoever_attaches_leave_no_row_without_its_content(working: City) -> None:
    case, content = (await opened(working))["id"], pdf()
    timers = working.house("cases").timers
    for _ in range(12):
        id = await attached(working, case, content)
        await done(working, f"/cases/{case}/attachments/{id}/remove", HEAD)
        _, answer = await asyncio.gather(timers.fire_until(TUESDAY), send(working, case, content))
        assert answer.status_code == 201, answer.text
        kept = answer.json()["id"]
        assert (await content_of(working, case, kept)).content == content
        await done(working, f"/cases/{case}/attachments/{kept}/remove", HEAD)
    await working.let_time_pass(TUESDAY)
    assert await fetched(working, STORED, digest_of(content)) == 0


async def test_a_row_holds_no_content_that_is_not_there(working: City) -> None:
    id = await attached(working, (await opened(working))["id"], pdf())
    owner = await working.owner("cases")
    with pytest.raises(Exception, match="fk_attachment_file_stored_file"):
        await owner.execute("UPDATE attachment SET file = $1 WHERE id = $2", b"\x00" * 16, id)
    with pytest.raises(Exception, match="fk_attachment_file_stored_file"):
        await owner.execute("DELETE FROM stored_file WHERE digest = (SELECT file FROM attachment WHERE id = $1)", id)
    await owner.close()


async def test_what_breaks_after_the_content_was_written_leaves_nothing(working: City) -> None:
    """The content and the row that holds it are one commit, so a crash between the two undoes both."""
    content, station = pdf(), Context(actor="x", stations=(str(STATION),))

    async def break_down() -> None:
        async with working.house("cases").database.work(station) as session:
            await keep(session, checked(content, "诊断书.pdf", "application/pdf"))
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await break_down()
    assert await fetched(working, STORED, digest_of(content)) == 0


async def test_another_station_neither_sees_a_file_nor_adds_one(working: City) -> None:
    case, content = (await opened(working))["id"], pdf()
    id = await attached(working, case, content)
    assert (await content_of(working, case, id, OTHER_HEAD)).status_code == 404
    assert (await working.get("cases", f"/cases/{case}/attachments", OTHER_HEAD)).status_code == 404
    assert (await send(working, case, content, OTHER_WORKER)).status_code == 404


@pytest.mark.parametrize(
    ("where", "sees"),
    [(Context(actor="x", stations=(str(OTHER_STATION),)), 0), (Context(actor="x", stations=(str(STATION),)), 1)],
    ids=["another station", "the station"],
)
async def test_the_database_shows_a_content_to_whoever_sees_a_row_that_holds_it(
    working: City, where: Context, sees: int
) -> None:
    content = pdf()
    await attached(working, (await opened(working))["id"], content)
    async with working.house("cases").database.work(where) as session:
        query = text("SELECT count(*) FROM stored_file WHERE digest = :digest")
        assert await session.scalar(query, {"digest": digest_of(content)}) == sees


async def test_a_content_is_never_changed_and_only_the_sweep_takes_it_away(working: City) -> None:
    content, station = pdf(), Context(actor="x", stations=(str(STATION),))
    await attached(working, (await opened(working))["id"], content)
    database, digest = working.house("cases").database, {"digest": digest_of(content)}
    with pytest.raises(DBAPIError, match="permission denied"):
        async with database.work(station) as session:
            await session.execute(text("UPDATE stored_file SET content = '' WHERE digest = :digest"), digest)
    async with database.work(station) as session:
        gone = await session.execute(text("DELETE FROM stored_file WHERE digest = :digest RETURNING 1"), digest)
        assert gone.all() == []
