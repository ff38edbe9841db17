"""A new fact: a need was let go."""

from typing import Final

from tests.recipes.recipe import Caught, Command, Edit, Recipe

NAME: Final = "needs.need_released.v1"

FACT: Final = Recipe(
    heading="A new fact",
    steps={
        1: (
            Edit(
                "shared/schemas/facts/needs.py",
                '''class NeedReleased(Fact, name="needs.need_released.v1", subject="need_id"):
    """Whoever had it has it no longer, and nobody else does."""

    need_id: UUID
    episode: int
    by: str


''',
                after="    closed_at: datetime\n\n\n",
            ),
        ),
        2: (
            Edit(
                "services/needs/models/needs.py",
                '''    def release(self, *, by: str) -> tuple[facts.NeedReleased, facts.NeedChanged]:
        """Nobody has it any longer."""
        self.assigned_to = None
        return facts.NeedReleased(need_id=self.id, episode=self.episode, by=by), self.edited()
''',
                instead='''    def release(self) -> facts.NeedChanged:
        """Nobody has it any longer."""
        self.assigned_to = None
        return self.edited()
''',
            ),
            Edit(
                "services/needs/service/needs.py",
                '''async def release_need(session: AsyncSession, id: UUID, *, by: Caller) -> Need:
    """Whoever has a need lets it go."""
    need = await need_of(session, id)
    announce(session, *need.release(by=by.subject))
''',
                instead='''async def release_need(session: AsyncSession, id: UUID) -> Need:
    """Whoever has a need lets it go."""
    need = await need_of(session, id)
    announce(session, need.release())
''',
            ),
            Edit(
                "services/needs/api/needs.py",
                '''
async def release_need(id: UUID, _: Nothing, session: Transaction, who: Who, response: Response) -> Need:
    """Nobody has this need any longer; somebody else of the station can take it on."""
    return _tagged(response, await needs.release_need(session, id, by=who))
''',
                instead='''
async def release_need(id: UUID, _: Nothing, session: Transaction, response: Response) -> Need:
    """Nobody has this need any longer; somebody else of the station can take it on."""
    return _tagged(response, await needs.release_need(session, id))
''',
            ),
        ),
        3: (
            Edit(
                f"tests/contracts/facts/{NAME}.json",
                '''{
  "need_id": "019cd5f0-3c80-7a41-9f02-5b1c7de04a11",
  "episode": 1,
  "by": "worker-361002100-1"
}
''',
            ),
            Command("cd tests/contracts/facts && sha256sum *.json > CHECKSUMS"),
        ),
        4: (
            Edit(
                "services/needs/service/streams.py", "facts.NeedReleased,",
                after="facts.NeedPaused, facts.NeedResumed, facts.ReopeningDeclined,\n    ",
            ),
            Edit(
                "services/console/rules/facts.py", f'    "{NAME}": "放下需求",\n',
                after='    "needs.need_started.v1": "开始服务",\n',
            ),
        ),
        5: (
            Edit(
                "services/needs/__init__.py", "           needs.need_released.v1\n",
                after="           needs.need_paused.v1  needs.need_resumed.v1  needs.reopening_declined.v1\n",
            ),
        ),
    },
    caught=(
        Caught(
            3, "", "tests/contracts/test_facts.py::"
            f"test_a_fact_has_an_example_that_it_reads_and_writes_as_it_stands[{NAME}]",
        ),
        Caught(
            4, "streams.py",
            f"tests/contracts/test_streams.py::test_a_fact_is_streamed_or_kept_back_for_a_reason[{NAME}]",
        ),
        Caught(5, "", "tests/house/test_signs.py::test_the_sign_names_the_facts_that_are_announced[needs]"),
    ),
    runs=("tests/house/test_signs.py",),
    contracts=("need_released",),
)  # fmt: skip
