"""Sealing takes every entry once, in an order that late commits do not break, and identity holds what is announced."""

from deploy.addresses import BUILT
from services.identity.service.seals import held_of
from shared.kit.audit import record_reading
from shared.kit.database import Context
from shared.kit.seals.sealing import ALONE, seals_context
from shared.kit.seals.verifying import Verdict, verify
from tests.city import City
from tests.seals.conftest import Trail, people


async def verdict_of(trail: Trail) -> Verdict:
    held = await trail.held()
    async with trail.database.work(seals_context("needs")) as session:
        return await verify(session, "needs", held)


async def test_identity_holds_every_seal_as_it_was_announced(trail: Trail) -> None:
    held = await trail.held()
    owner = await trail.city.owner("needs")
    seals = await owner.fetch("SELECT number, numbers, digest FROM audit_seal ORDER BY number")
    await owner.close()
    assert {seal["number"]: (seal["numbers"][0], seal["digest"]) for seal in seals} == {
        number: (seal.first, seal.digest) for number, seal in held.items()
    }
    assert len(held) >= 10


async def test_a_trail_as_it_was_written_is_whole(trail: Trail) -> None:
    await trail.sealer.seal_all()
    before = await verdict_of(trail)
    assert before.fault is None
    assert before.seals == before.held
    await trail.read(*people(3))
    after = await verdict_of(trail)
    assert (after.fault, after.entries, after.unsealed) == (None, before.entries, 3)
    assert await trail.sealer.seal_all() == 3


async def test_an_entry_that_is_committed_late_is_sealed_later_and_nothing_is_skipped(trail: Trail) -> None:
    await trail.sealer.seal_all()
    async with trail.database.work(Context(actor="slow")) as session:
        await record_reading(session, "read_resident", purpose="intake", fields=[], subjects=people(1))
        await trail.read(*people(2), by="fast")
        # What came after an open transaction waits for it, as facts do.
        assert await trail.sealer.seal_all() == 0
    assert await trail.sealer.seal_all() == 3
    whole = await verdict_of(trail)
    assert (whole.fault, whole.unsealed) == (None, 0)


async def test_a_number_that_is_lower_and_committed_later_breaks_nothing(trail: Trail) -> None:
    owner = await trail.city.owner("needs")
    skipped = await owner.fetchval("SELECT nextval(pg_get_serial_sequence('audit_entry', 'number'))")
    await trail.read(*people(2))
    await trail.sealer.seal_all()
    await owner.execute(
        "INSERT INTO audit_entry (number, time, actor, act, purpose, fields, outcome, request_id)"
        " OVERRIDING SYSTEM VALUE VALUES ($1, now(), 'slow', 'read_resident', 'intake', '{}', 'read', '')",
        skipped,
    )
    await owner.close()
    assert await trail.sealer.seal_all() == 1
    assert (await verdict_of(trail)).fault is None


async def test_two_hands_on_one_trail_seal_each_entry_once(trail: Trail) -> None:
    await trail.read(*people(5))
    async with trail.database.work(seals_context("needs")) as session:
        assert await session.scalar(ALONE)
        assert await trail.sealer.seal_all() == 0
    assert await trail.sealer.seal_all() == 5
    assert (await verdict_of(trail)).fault is None


async def test_a_trail_longer_than_a_batch_is_sealed_in_several(trail: Trail) -> None:
    before = await verdict_of(trail)
    await trail.read(*people(2_300))
    assert await trail.sealer.seal_all() == 2_300
    after = await verdict_of(trail)
    assert (after.seals - before.seals, after.fault) == (3, None)


async def test_every_service_announces_its_seals_and_identity_hears_them(city: City) -> None:
    for service in BUILT:
        house = city.house(service)
        async with house.database.work(Context(actor="hotline")) as session:
            await record_reading(session, "read_resident", purpose="intake", fields=["name"], subjects=people(2))
        assert house.sealer is not None
        assert await house.sealer.seal_all() >= 2
    await city.settle()
    for service in BUILT:
        held = await held_of(city.house("identity").database, service)
        async with city.house(service).database.work(seals_context(service)) as session:
            verdict = await verify(session, service, held)
        assert (verdict.fault, verdict.seals, verdict.held) == (None, 1, 1), service
