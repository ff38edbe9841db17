"""A new endpoint: whoever took a need on lets it go."""

from typing import Final

from tests.recipes.recipe import Caught, Edit, Recipe

NAME: Final = "POST /needs/v1/needs/{id}/release"
MEANING: Final = '''"""Whoever took a need on can let it go again."""

from tests.city import City
from tests.needs.asking import asked, happened
from tests.people import WORKER


async def test_a_need_that_is_let_go_has_nobody(city: City) -> None:
    made = await asked(city)
    for verb in ("claim", "release"):
        assert (await city.post("needs", f"/needs/{made['id']}/{verb}", WORKER)).status_code == 200
    assert [fact["assigned_to"] for fact in await happened(city, made, "need_changed")] == [WORKER.subject, None]
'''

ENDPOINT: Final = Recipe(
    heading="A new endpoint",
    steps={
        1: (
            Edit(
                "shared/schemas/access/actions.py", '    RELEASE_NEED = "release_need"\n',
                after='    CLAIM_NEED = "claim_need"\n',
            ),
            Edit(
                "shared/schemas/access/table.py", "    Action.RELEASE_NEED: _STATION,\n",
                after="    Action.CLAIM_NEED: _STATION,\n",
            ),
        ),
        2: (
            Edit(
                "services/needs/models/needs.py",
                '''    def release(self) -> facts.NeedChanged:
        """Nobody has it any longer."""
        self.assigned_to = None
        return self.edited()

''',
                after='''        self.assigned_to = account
        self.version += 1
        return self._changed()

''',
            ),
        ),
        3: (
            Edit(
                "services/needs/service/needs.py",
                '''

async def release_need(session: AsyncSession, id: UUID) -> Need:
    """Whoever has a need lets it go."""
    need = await need_of(session, id)
    announce(session, need.release())
    return need
''',
                after='''    announce(session, need.claim(by.subject))
    return need
''',
            ),
        ),
        4: (
            Edit(
                "services/needs/api/needs.py",
                '''@router.post(
    "/{id}/release", dependencies=[may(Action.RELEASE_NEED)], summary="Let go", response_model=NeedView
)  # fmt: skip
async def release_need(id: UUID, _: Nothing, session: Transaction, response: Response) -> Need:
    """Nobody has this need any longer; somebody else of the station can take it on."""
    return _tagged(response, await needs.release_need(session, id))


''',
                after='''    return _tagged(response, await needs.claim_need(session, id, by=who))


''',
            ),
        ),
        5: (
            Edit(
                "tests/given/needs.py", 'given("POST /needs/v1/needs/{id}/release", by=WORKER)(on_a_need)\n',
                after='given("POST /needs/v1/needs/{id}/claim", by=WORKER)(on_a_need)\n',
            ),
        ),
        6: (Edit("tests/needs/test_let_go.py", MEANING),),
    },
    caught=(
        Caught(
            1, "table.py", f"tests/contracts/test_openapi.py::test_an_operation_shows_what_is_sent_and_answered[{NAME}]"
        ),
        Caught(5, "", f"tests/contracts/test_given.py::test_an_operation_has_its_given[{NAME}]"),
    ),
    runs=("tests/needs/test_let_go.py",),
    contracts=("release",),
)  # fmt: skip
