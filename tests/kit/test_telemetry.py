"""What a service tells of itself where the door does not reach: its figures, its readiness, and one number a trace."""

from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from shared.kit.clock import wall_clock
from tests.city import City
from tests.needs.asking import TUESDAY, asked
from tests.people import HEAD, OPERATOR, need, triage

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
BROUGHT = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}


def inside(city: City, service: str = "needs") -> httpx.AsyncClient:
    """A client of the listener that the door does not know."""
    client = httpx.AsyncClient(transport=httpx.ASGITransport(city.internals[service]), base_url="http://needs.internal")
    city.clients.append(client)
    return client


async def figures(city: City) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    answer = await inside(city).get("/needs/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def count(route: str, status: int, *, method: str = "GET") -> tuple[str, tuple[tuple[str, str], ...]]:
    labels = {"method": method, "route": route, "status": str(status)}
    return "fuzhou_request_seconds_count", tuple(sorted(labels.items()))


async def test_requests_are_counted_by_the_pattern_of_their_route_and_nobody_is_named(needs_alone: City) -> None:
    made = await asked(needs_alone)
    await needs_alone.get("needs", f"/needs/{made['id']}", HEAD)
    await needs_alone.client("needs").request("BREW", "http://door/needs/v1/coffee")
    found = await figures(needs_alone)
    assert found[count("/v1/needs/{id}", 200)] >= 1
    assert found[count("(no route)", 404, method="other")] == 1
    assert not any(made["id"] in value for _, labels in found for _, value in labels)


async def test_what_waits_is_seen_timers_parked_facts_and_broken_promises(needs_alone: City) -> None:
    owner = await needs_alone.owner("needs")
    before = await figures(needs_alone)
    await owner.execute(
        "INSERT INTO timer (id, kind, subject, due, payload) VALUES (gen_random_uuid(), 'nothing', 'x', $1, '{}')",
        wall_clock() - timedelta(hours=1),
    )
    await owner.execute("INSERT INTO inconsistency VALUES ('a promise', 'x', 'broken', now(), now(), NULL)")
    after = await figures(needs_alone)
    await owner.execute("DELETE FROM timer WHERE kind = 'nothing'")
    await owner.execute("DELETE FROM inconsistency WHERE promise = 'a promise'")
    await owner.close()
    due = ("fuzhou_timers", (("state", "due"),))
    assert after[due] == before[due] + 1
    assert after["fuzhou_timers_late_seconds", ()] >= 3600
    assert after["fuzhou_inconsistencies", ()] == before["fuzhou_inconsistencies", ()] + 1


async def test_the_door_knows_neither_figures_nor_details(needs_alone: City) -> None:
    for path in ("metrics", "health/detail"):
        assert (await needs_alone.client("needs").get(f"http://door/needs/{path}")).status_code == 404


async def test_a_service_whose_tables_are_those_of_its_code_is_ready(needs_alone: City) -> None:
    answer = await inside(needs_alone).get("/needs/health/ready")
    told = answer.json()
    assert (answer.status_code, told["status"], told["database"]) == (200, "ready", "ok")
    assert told["revision"] == told["head"]


@pytest.mark.parametrize(("revision", "status"), [("20261125_needs", 503), ("20991231_needs", 200)])
async def test_older_tables_keep_it_from_its_work_and_newer_ones_do_not(
    needs_alone: City, revision: str, status: int
) -> None:
    owner = await needs_alone.owner("needs")
    head = await owner.fetchval("SELECT version_num FROM alembic_version")
    await owner.execute("UPDATE alembic_version SET version_num = $1", revision)
    try:
        assert (await inside(needs_alone).get("/needs/health/ready")).status_code == status
        outside = await needs_alone.client("needs").get("http://door/needs/health/ready")
        assert outside.status_code == status
        assert revision not in outside.text, "the door tells no details"
    finally:
        await owner.execute("UPDATE alembic_version SET version_num = $1", head)
        await owner.close()


async def test_a_database_that_cannot_be_written_is_told_and_passes(needs_alone: City) -> None:
    owner = await needs_alone.owner("needs")
    name = await owner.fetchval("SELECT current_database()")
    await owner.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    try:
        await needs_alone.house("needs").database.close()
        told = await inside(needs_alone).get("/needs/health/ready")
        assert (told.status_code, told.json()["database"]) == (503, "read_only")
        refused = await needs_alone.post("needs", "/needs", OPERATOR, need())
        assert refused.status_code == 503
    finally:
        await owner.execute("SET default_transaction_read_only = off")
        await owner.execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
        await owner.close()
        await needs_alone.house("needs").database.close()
    assert (await inside(needs_alone).get("/needs/health/ready")).json()["status"] == "ready"


async def test_a_publisher_that_is_silent_for_long_is_named_and_work_goes_on(
    needs_alone: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.kit.readiness.SILENT_SECONDS", -1.0)
    house = needs_alone.house("needs")
    monkeypatch.setattr(type(house), "silences", lambda _: {"matching": 75.0})
    answer = await inside(needs_alone).get("/needs/health/ready")
    assert (answer.status_code, answer.json()["status"], answer.json()["silent"]) == (200, "behind", {"matching": 75.0})
    assert (await figures(needs_alone))["fuzhou_feed_silence_seconds", (("publisher", "matching"),)] == 75.0


async def test_a_trace_goes_from_the_request_through_the_log_to_what_others_do_of_it(
    city: City,
) -> None:
    with capture_logs([merge_contextvars]) as logged:
        made = await city.post("needs", "/needs", OPERATOR, need(), headers=BROUGHT, now=TUESDAY)
    assert made.status_code == 201, made.text
    assert TRACE in {line.get("trace") for line in logged if line.get("route") == "/v1/needs"}
    owner = await city.owner("needs")
    (kept,) = await owner.fetch(
        "SELECT DISTINCT traceparent FROM fact WHERE subject = $1", str(UUID(made.json()["id"]))
    )
    await owner.close()
    assert kept["traceparent"].split("-")[1] == TRACE
    listener = next(each for each in city.house("matching").listeners if each.publisher == "needs")
    heard, position = [], None
    while batch := await listener.fetch(position):
        heard += [fact for fact in batch if fact.subject == made.json()["id"]]
        position = batch[-1].position
    assert {fact.traceparent for fact in heard} == {kept["traceparent"]}


async def test_what_a_listener_announces_belongs_to_the_trace_of_what_it_heard(city: City) -> None:
    made = (await city.post("needs", "/needs", OPERATOR, need(), headers=BROUGHT, now=TUESDAY)).json()
    await city.post("needs", f"/needs/{made['id']}/triage", HEAD, triage(category="counselling"), headers=BROUGHT)
    await city.post("needs", f"/needs/{made['id']}/start", HEAD, headers=BROUGHT)
    await city.settle()
    owner = await city.owner("cases")
    told = await owner.fetch("SELECT name, traceparent FROM fact WHERE body::text LIKE '%' || $1 || '%'", made["id"])
    await owner.close()
    assert "cases.case_opened.v1" in {row["name"] for row in told}
    assert {row["traceparent"].split("-")[1] for row in told} == {TRACE}
