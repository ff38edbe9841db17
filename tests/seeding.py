"""What databases begin with, in tests as elsewhere."""

from pathlib import Path

from deploy.addresses import BUILT
from shared.kit.database import Database
from shared.reference import all_rows
from tests.city import client_secret_file


async def seed_reference(url: str) -> None:
    """The reference rows, at needs."""
    from services.needs.service.reference import seed

    database = Database.at(url)
    await seed(database, all_rows())
    await database.close()


async def seed_accounts(url: str, folder: Path) -> None:
    """The services' own accounts, at identity, with secrets that lie in the folder."""
    from services.identity.service.seed import seed

    database = Database.at(url)
    secrets = {service: client_secret_file(folder, service).read_text("utf-8") for service in BUILT}
    await seed(database, secrets=secrets, with_samples=False, is_production=False)
    await database.close()
