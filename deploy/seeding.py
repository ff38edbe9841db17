"""What the databases begin with: reference rows, the platform's own machines, and accounts to try it out with.

In a process of its own, after the migrations and before the services. Safe to repeat; rows that people edited stay.
"""

from deploy.refusals import Refusal
from services.identity.errors import SampleAccountRefused
from services.identity.service import seed as identity
from services.identity.settings import Settings as IdentitySettings
from services.needs.service import reference as needs
from services.needs.settings import Settings as NeedsSettings
from shared.kit.crypto import use_keys_file
from shared.kit.database import Database
from shared.kit.settings import SharedSettings
from shared.reference import all_rows


class CannotSeed(Refusal):
    """What is there does not go with what is to run."""


async def seed() -> None:
    """Seed needs and identity, told by their own environment where they are.

    Raises:
        CannotSeed: production would take over sample accounts.
    """
    await _seed_reference(NeedsSettings())
    try:
        await _seed_accounts(IdentitySettings())
    except SampleAccountRefused as refused:
        raise CannotSeed(str(refused)) from refused


async def _seed_reference(settings: NeedsSettings) -> None:
    database = _database(settings)
    await needs.seed(database, all_rows())
    await database.close()


async def _seed_accounts(settings: IdentitySettings) -> None:
    use_keys_file(settings.keys_file)
    database = _database(settings)
    folder = settings.client_secrets_folder
    try:
        await identity.seed(
            database,
            secrets=identity.secrets_in(folder) if folder else {},
            with_samples=not settings.is_production,
            is_production=settings.is_production,
            mobile_redirects=settings.mobile_redirects,
        )
    finally:
        await database.close()


def _database(settings: SharedSettings) -> Database:
    return Database.at(settings.database_url.get_secret_value(), pool_size=1)
