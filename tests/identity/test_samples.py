"""Accounts to try the platform out with: for every role, and never in production."""

from datetime import date
from pathlib import Path

import pytest

from deploy.postgres import Cluster
from services.identity.errors import NoSuchAccount, SampleAccountRefused
from services.identity.rules.scopes import FOR_ACCOUNTS, is_whole
from services.identity.service import tokens
from services.identity.service.samples import samples
from services.identity.service.seed import seed
from shared.kit.database import Context, Database
from shared.reference.rows import rows_of_table
from shared.schemas.access import Role
from tests.city import City, client_secret_file, running

DEVELOPMENT = Context(machine="identity.development")


def database_of(city: City) -> Database:
    return city.house("identity").database


def test_there_is_a_whole_sample_for_every_role_and_no_name_twice() -> None:
    made = samples(date(2026, 3, 1))
    assert {sample.grant.role for sample in made} == FOR_ACCOUNTS
    assert all(is_whole(sample.grant) for sample in made)
    assert len({sample.name for sample in made}) == len(made)


def test_every_department_and_everybody_on_duty_can_be_tried() -> None:
    names = {sample.name for sample in samples(date(2026, 3, 1))}
    departments = {row.key for row in rows_of_table("department")}
    assert {f"{kind}-{slug}" for kind in ("officer", "system") for slug in departments} <= names
    assert {row.body["account"] for row in rows_of_table("on_call")} <= names


def test_anyone_can_sign_in_at_any_station() -> None:
    made = {sample.name: sample.grant for sample in samples(date(2026, 3, 1))}
    stations = [row.body for row in rows_of_table("station")]
    assert len(stations) == 162 + 11 + 1
    for station in stations:
        head, worker = made[f"head-{station['division']}"], made[f"worker-{station['division']}-1"]
        assert (head.role, worker.role) == (Role.STATION_HEAD, Role.SOCIAL_WORKER)
        assert head.stations == worker.stations == (station["id"],)


async def test_seeding_again_changes_nothing_and_a_new_secret_is_taken(cluster: Cluster, folder: Path) -> None:
    count = "SELECT (SELECT count(*) FROM account), (SELECT count(*) FROM client), (SELECT count(*) FROM fact)"
    same = {"needs": client_secret_file(folder, "needs").read_text("utf-8")}
    async with running(cluster, folder, ("identity",)) as city:
        owner = await city.owner("identity")
        await seed(database_of(city), secrets=same, with_samples=True, is_production=False)
        before = await owner.fetchrow(count)
        await seed(database_of(city), secrets=same, with_samples=True, is_production=False)
        assert await owner.fetchrow(count) == before
        await seed(database_of(city), secrets={"needs": "made anew"}, with_samples=False, is_production=False)
        facts = await owner.fetch("SELECT name FROM fact WHERE subject = 'service:needs' ORDER BY sequence")
        assert [row["name"] for row in facts][-1] == "identity.access_revoked.v1"
        await owner.close()


async def test_a_sample_account_gets_a_token_outside_production(city: City) -> None:
    async with database_of(city).work(DEVELOPMENT) as session:
        given = await tokens.token_for_account(session, "head-361002100")
    headers = {"Authorization": f"Bearer {given.access_token}"}
    assert (await city.client("needs").get("/needs", headers=headers)).status_code == 200
    with pytest.raises(NoSuchAccount):
        async with database_of(city).work(DEVELOPMENT) as session:
            await tokens.token_for_account(session, "nobody")


async def test_production_refuses_sample_accounts(cluster: Cluster, folder: Path) -> None:
    async with running(cluster, folder, ("identity",), environment="production") as city:
        with pytest.raises(SampleAccountRefused):
            await seed(database_of(city), secrets={}, with_samples=True, is_production=True)
        await seed(database_of(city), secrets={}, with_samples=False, is_production=True)
        # A database that was used for trying out is not taken over by production.
        await seed(database_of(city), secrets={}, with_samples=True, is_production=False)
        with pytest.raises(SampleAccountRefused):
            await seed(database_of(city), secrets={}, with_samples=False, is_production=True)
        with pytest.raises(SampleAccountRefused):
            async with database_of(city).work(DEVELOPMENT) as session:
                await tokens.token_for_account(session, "hotline")


async def test_stations_arrive_by_the_feed(cluster: Cluster, folder: Path) -> None:
    async with running(cluster, folder, ("needs", "identity")) as city:
        owner = await city.owner("identity")
        await owner.execute("TRUNCATE reference_row, listener_position")
        await city.settle()
        tables = await owner.fetch("SELECT table_name, count(*) FROM reference_row GROUP BY 1")
        await owner.close()
    assert [tuple(row) for row in tables] == [("station", sum(1 for _ in rows_of_table("station")))]
