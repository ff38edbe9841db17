"""A new promise: an order is counted to the episode to which matching counts it."""

from typing import Final

from tests.recipes.recipe import Caught, Edit, Recipe

NAME: Final = "needs.orders_are_of_their_episode"
HEALED: Final = f'''"""An order that is counted to another episode is counted to its own again."""

from tests.city import City
from tests.matching.people import FIRST, act, officer, ordered, publish, triaged
from tests.reconcile.faults import FAULTS, plant
from tests.reconcile.town import LATER, NEXT_DAY

NAME = "{NAME}"


async def test_an_order_of_another_episode_is_found_and_counted_to_its_own(city: City) -> None:
    offer = await publish(city, FIRST, "canteen")
    await city.settle()
    order = await ordered(city, await triaged(city), offer["id"])
    for verb, body in (("accept", None), ("start", None), ("complete", {{"used": 1}})):
        assert (await act(city, order["id"], verb, officer(FIRST), body, now=LATER)).is_success
    await city.settle()
    reconciler = city.house("needs").reconciler
    assert (await reconciler.look(NAME, at=NEXT_DAY)).healed == []
    planted = await plant(city, [fault for fault in FAULTS if fault.promise == NAME], seed=1)
    found = (await reconciler.look(NAME, at=NEXT_DAY)).healed
    assert [each.subject for each in found] == [each.subject for each in planted] == [order["id"]]
    assert (await reconciler.look(NAME, at=NEXT_DAY)).healed == []
'''

PROMISE: Final = Recipe(
    heading="A new promise",
    steps={
        1: (
            Edit(
                "services/matching/repository/standing.py",
                '''@tells("matching.episode")
def episodes_told() -> Subjects:
    """For which episode of its need an order went out."""
    return select(Order.id, Order.episode).where(Order.requested_at.is_not(None))


''',
                after='''        Order.division, Order.resource_id, Order.quantity,
    ).where(Order.requested_at.is_not(None))  # fmt: skip


''',
            ),
        ),
        2: (
            Edit(
                "services/needs/repository/standing.py",
                '''def episodes_kept() -> Subjects:
    return select(NeedOrder.order_id.label("id"), NeedOrder.episode)


''',
                after='''NeedOrder.need_id, NeedOrder.provider, NeedOrder.status)


''',
            ),
            Edit(
                "services/needs/rules/standing.py",
                '''def episode_as_told(theirs: Codes | None, ours: Codes | None) -> str | None:
    """An order that both know is of the episode that matching tells; what one alone knows is another promise's."""
    if theirs is None or ours is None or theirs["episode"] == ours["episode"]:
        return None
    return f"episode {ours['episode']}, there {theirs['episode']}"


''',
                after='''    return f"another {other[0]}" if other else None


''',
            ),
        ),
        3: (
            Edit(
                "services/needs/service/reconciling.py",
                '''EPISODES = Promise(
    name="needs.orders_are_of_their_episode", theirs="matching.episode", ours=standing.episodes_kept,
    judge=episode_as_told, mend=_take_over_episode,
)  # fmt: skip
''',
                after='''    judge=order_as_told, replays="id", mend=_take_over_status,
)  # fmt: skip
''',
            ),
            Edit(
                "services/needs/service/reconciling.py",
                '''async def _take_over_episode(session: AsyncSession, difference: Difference) -> None:
    """An order is of the episode that matching tells."""
    order = await repository.order_by_id(session, UUID(difference.subject))
    if order is not None and difference.theirs is not None:
        order.episode = difference.theirs["episode"]


''',
                after='''    order.need_id = UUID(difference.theirs["need_id"])


''',
            ),
            Edit(
                "services/needs/service/reconciling.py",
                '''from services.needs.rules.standing import (
    card_as_ordered,
    case_is_theirs,
    contact_counted,
    episode_as_told,
    judged,
    order_as_told,
)
''',
                instead=(
                    "from services.needs.rules.standing import "
                    "card_as_ordered, case_is_theirs, contact_counted, judged, order_as_told\n"
                ),
            ),
        ),
        4: (
            Edit(
                "tests/reconcile/faults/needing.py",
                '''    Fault(
        "needs.orders_are_of_their_episode", order("'completed'"),
        (f"UPDATE need_order SET episode = episode + 1 {OF_ORDER}",),
    ),
''',
                after='''(f"UPDATE need_order SET provider = 'nobody' {OF_ORDER}",)),
''',
            ),
            Edit("tests/reconcile/test_episodes_of_orders.py", HEALED),
        ),
    },
    caught=(
        Caught(4, "needing.py", f"tests/reconcile/test_faults.py::test_a_promise_has_a_fault_that_breaks_it[{NAME}]"),
    ),
    runs=("tests/reconcile/test_episodes_of_orders.py",),
)  # fmt: skip
