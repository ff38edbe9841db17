"""What identity begins with: the platform's own machines and, outside production, accounts to try it out with."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.errors import SampleAccountRefused
from services.identity.models import Account, Client, secret_hash
from services.identity.repository import accounts as account_rows
from services.identity.repository import clients as client_rows
from services.identity.rules.scopes import CITY, divisions_of
from services.identity.schemas.accounts import ClientKind
from services.identity.service.development import SAMPLE_FACTOR, SAMPLE_PASSWORD
from services.identity.service.passwords import hash_of
from services.identity.service.samples import samples
from services.identity.settings import MOBILE_REDIRECTS
from shared.kit.clock import now, today, wall_clock
from shared.kit.database import Context, Database
from shared.kit.feed.log import announce
from shared.kit.ids import new_id
from shared.kit.reference import put_rows
from shared.reference.rows import rows_of_table
from shared.schemas.access import Grant, Role
from shared.schemas.reference import Station

SEED = Context(actor="identity.seed", machine="identity.seed")


def secrets_in(folder: Path) -> dict[str, str]:
    """The services' secrets: one file each, named after it."""
    return {file.name: file.read_text("utf-8").strip() for file in sorted(folder.iterdir()) if file.suffix != ".new"}


# Where people come back to who sign in through one of our own services, under the front door's address.
DESKS: Final[dict[str, tuple[list[str], list[str]]]] = {"console": (["/desk/callback"], ["/"])}
APPLICATION: Final = "mobile"


async def seed(
    database: Database, *, secrets: Mapping[str, str], with_samples: bool, is_production: bool,
    mobile_redirects: Sequence[str] = MOBILE_REDIRECTS,
) -> None:  # fmt: skip
    """Write what is missing; safe to repeat. A service whose secret was made anew gets the new one.

    Raises:
        SampleAccountRefused: sample accounts are asked for in production, or are there already.
    """
    if with_samples and is_production:
        raise SampleAccountRefused
    async with database.work(SEED) as session:
        # They come by the feed too; from here an administrator can name stations at once.
        await put_rows(session, [row.model_dump() for row in rows_of_table(Station.table)])
        if is_production and await account_rows.has_samples(session):
            raise SampleAccountRefused
        for name, secret in secrets.items():
            await _seed_service(session, name, secret)
        await _seed_application(session, mobile_redirects)
        if with_samples:
            await _seed_samples(session)


async def _seed_service(session: AsyncSession, name: str, secret: str) -> None:
    fresh = Client(
        id=new_id(), name=name, kind=ClientKind.SERVICE, secret_hash=secret_hash(secret), is_active=True,
        created_by=SEED.actor, created_at=now(session), ended_at=None, version=1,
    )  # fmt: skip
    fresh.hold([Grant(role=Role.SERVICE)], [CITY])
    fresh.redirect_uris, fresh.sign_out_uris = DESKS.get(name, ([], []))
    if await client_rows.write_client(session, fresh):
        announce(session, fresh.changed())
        return
    known = await client_rows.client_named(session, name, lock=True)
    if known is not None:
        known.redirect_uris, known.sign_out_uris = DESKS.get(name, ([], []))
    if known is not None and not known.has_secret(secret):
        known.secret_hash, known.version = secret_hash(secret), known.version + 1
        announce(session, known.changed(), known.revoked(wall_clock()))


async def _seed_application(session: AsyncSession, redirects: Sequence[str]) -> None:
    """The application for telephones: public, so that it has no secret, and no roles but those of who signs in."""
    fresh = Client(
        id=new_id(), name=APPLICATION, kind=ClientKind.APPLICATION, secret_hash=secret_hash(""), is_active=True,
        is_public=True, redirect_uris=list(redirects), sign_out_uris=[], created_by=SEED.actor,
        created_at=now(session), ended_at=None, version=1,
    )  # fmt: skip
    fresh.hold([], [CITY])
    if redirects and not await client_rows.write_client(session, fresh):
        known = await client_rows.client_named(session, APPLICATION, lock=True)
        if known is not None and known.is_public:
            known.redirect_uris = list(redirects)


async def _seed_samples(session: AsyncSession) -> None:
    places = {row.body["id"]: row.body["division"] for row in rows_of_table(Station.table)}
    made: list[Account] = []
    password_hash = await hash_of(SAMPLE_PASSWORD)
    for sample in samples(today(session)):
        account = Account(
            id=new_id(), name=sample.name, worker=sample.worker, is_active=True, is_sample=True, must_reset=False,
            password_hash=password_hash, totp_sealed=None, created_by=SEED.actor, created_at=now(session),
            ended_at=None, version=1,
        )  # fmt: skip
        account.hold([sample.grant], sorted(set(divisions_of(sample.grant, places))))
        if account.needs_second_factor:
            account.totp = SAMPLE_FACTOR
        made.append(account)
    written = await account_rows.write_accounts(session, made)
    announce(session, *(account.changed() for account in made if account.name in written))
    # Those that were made before anybody could sign in get what they need for it.
    for account in await account_rows.samples_without_password(session):
        account.set_password(password_hash, SAMPLE_FACTOR if account.needs_second_factor else None)
        announce(session, account.changed())
