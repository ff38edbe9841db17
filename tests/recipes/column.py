"""A new column: whether somebody speaks dialect only."""

from typing import Final

from alembic.config import Config
from alembic.script import ScriptDirectory

from deploy.places import ROOT
from tests.recipes.recipe import Edit, Recipe

HEAD: Final = ScriptDirectory.from_config(Config(ROOT / "alembic.ini", ini_section="needs")).get_current_head()
SHOWN: Final = '''"""Who speaks dialect is asked at intake, and seen by whoever calls back."""

from tests.city import City
from tests.needs.asking import asked
from tests.people import WORKER


async def test_who_speaks_dialect_is_seen_by_whoever_calls_back(city: City) -> None:
    for speaks in (True, False):
        made = await asked(city, speaks_dialect=speaks)
        assert made["speaks_dialect"] is speaks
        assert (await city.get("needs", f"/needs/{made['id']}", WORKER)).json()["speaks_dialect"] is speaks
    assert (await asked(city))["speaks_dialect"] is False, "who does not say it"
'''
MIGRATION: Final = f'''"""Whether somebody speaks dialect is known before anybody calls."""

from alembic import op

revision = "20270105_needs"
down_revision = "{HEAD}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE need ADD COLUMN speaks_dialect boolean NOT NULL DEFAULT false")


def downgrade() -> None:
    op.execute("ALTER TABLE need DROP COLUMN speaks_dialect")
'''

COLUMN: Final = Recipe(
    heading="A new column",
    steps={
        1: (
            Edit(
                "services/needs/models/needs.py",
                '    speaks_dialect: Mapped[bool] = mapped_column(server_default="false")\n',
                after="    groups: Mapped[list[str]]\n",
            ),
        ),
        2: (Edit("services/needs/migrations/2027_01_05_dialect.py", MIGRATION),),
        3: (
            Edit(
                "services/needs/schemas/needs.py",
                '    speaks_dialect: bool = Field(default=False, description="The person speaks little else.")\n',
                after='''    urgency: Urgency = Urgency.ROUTINE
''',
            ),
            Edit(
                "services/needs/schemas/needs.py", "    speaks_dialect: bool\n",
                after="    category: str | None\n    groups: list[Group]\n",
            ),
        ),
        4: (
            Edit(
                "services/needs/service/intake.py", "\n        speaks_dialect=registration.speaks_dialect,",
                after="        groups=list(registration.groups), urgency=registration.urgency, confidence=None,",
            ),
        ),
        5: (Edit("tests/needs/test_dialect.py", SHOWN),),
    },
    runs=("tests/needs/test_dialect.py",),
    contracts=("(test_given and needs/v1/needs)",),
)  # fmt: skip
