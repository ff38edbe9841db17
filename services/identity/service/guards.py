"""What must be so in identity's database before it starts in production."""

from collections.abc import Sequence
from typing import Final

from services.identity.repository import accounts as account_rows
from services.identity.service.seed import SEED
from shared.kit.database import Database
from shared.kit.safety.refusals import Danger

SAMPLE_PEOPLE: Final = Danger(
    "IDENTITY_DATABASE_URL",
    "the database holds sample people, whose accounts everybody knows. Give production databases of its own, made by"
    " `fuzhou migrate` and `fuzhou seed` with FUZHOU_ENVIRONMENT=production.",
    "数据库中有示例人员，其账号人人皆知。请为生产环境使用全新数据库，并在 FUZHOU_ENVIRONMENT=production 下执行"
    " `fuzhou migrate` 和 `fuzhou seed`。",
)


async def no_sample_people(database: Database) -> Sequence[Danger]:
    """Nobody whom everybody knows may sign in, so a database that was tried out is not production's."""
    async with database.work(SEED) as session:
        return [SAMPLE_PEOPLE] if await account_rows.has_samples(session) else []
