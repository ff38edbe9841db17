"""A new listener: needs lets go of what an account took on when its access ends."""

from typing import Final

from tests.recipes.recipe import Caught, Edit, Recipe

HEARD: Final = '''"""What an account took on is free again when its access ends."""

from uuid import UUID

from shared.schemas.facts.identity import AccessRevoked
from tests.city import City
from tests.given.scene import MOMENT, Scene
from tests.needs.asking import asked
from tests.people import WORKER


async def holder(city: City, id: str) -> str | None:
    found: str | None = (await city.get("needs", f"/needs/{id}", WORKER)).json()["assigned_to"]
    return found


async def test_when_the_access_of_an_account_ends_its_needs_have_nobody(city: City) -> None:
    made = await asked(city)
    assert (await city.post("needs", f"/needs/{made['id']}/claim", WORKER)).status_code == 200
    signed_out = AccessRevoked(account=WORKER.subject, before=MOMENT, session_id=UUID(int=1))
    await Scene(city).hear("needs", signed_out)
    assert await holder(city, made["id"]) == WORKER.subject
    await Scene(city).hear("needs", AccessRevoked(account=WORKER.subject, before=MOMENT))
    assert await holder(city, made["id"]) is None
'''

LISTENER: Final = Recipe(
    heading="A new listener",
    steps={
        1: (
            Edit(
                "services/needs/handlers.py",
                '''

@listens(identity.AccessRevoked)
async def let_go_when_revoked(session: AsyncSession, fact: identity.AccessRevoked) -> None:
    await needs.access_revoked(session, fact)
''',
                after="    await episodes.close_after_survey(session, fact)\n",
            ),
            Edit(
                "services/needs/handlers.py", '"""What needs hears from matching, cases, feedback and identity."""',
                instead='"""What needs hears from matching, cases and feedback."""',
            ),
            Edit(
                "services/needs/handlers.py",
                "from services.needs.service import cases, episodes, moving, needs, orders",
                instead="from services.needs.service import cases, episodes, moving, orders",
            ),
            Edit(
                "services/needs/handlers.py", "from shared.schemas.facts import feedback, identity, matching",
                instead="from shared.schemas.facts import feedback, matching",
            ),
        ),
        2: (
            Edit(
                "services/needs/service/needs.py",
                '''    announce(session, *need.release(by=by.subject))
    return need


async def access_revoked(session: AsyncSession, fact: AccessRevoked) -> None:
    """Whoever has no access any longer has no need either; who only signed out somewhere keeps theirs."""
    if fact.session_id is None:
        for need in await repository.needs_of_account(session, fact.account):
            announce(session, *need.release(by=fact.account))
''',
                instead='''    announce(session, *need.release(by=by.subject))
    return need
''',
            ),
            Edit(
                "services/needs/service/needs.py", "from shared.schemas.facts.identity import AccessRevoked\n",
                after="from shared.kit.reference import reference\n",
            ),
            Edit(
                "services/needs/repository/needs.py",
                '''async def needs_of_account(session: AsyncSession, account: str) -> Sequence[Need]:
    """The open needs that an account took on, locked."""
    query = select(Need).where(Need.assigned_to == account, Need.status.in_(OPEN)).order_by(Need.id)
    return (await session.scalars(query.with_for_update())).all()


''',
                after='''    found: Need | None = await session.scalar(query.with_for_update() if lock else query)
    return found


''',
            ),
        ),
        3: (
            Edit(
                "services/needs/__init__.py", "           identity.access_revoked.v1\n",
                after="           feedback.survey_answered.v1  feedback.survey_closed.v1\n",
            ),
        ),
        4: (Edit("tests/needs/test_let_go_when_revoked.py", HEARD),),
    },
    caught=(Caught(3, "", "tests/house/test_signs.py::test_the_sign_names_the_facts_that_are_heard[needs]"),),
    runs=("tests/needs/test_let_go_when_revoked.py",),
)  # fmt: skip
