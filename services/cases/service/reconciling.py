"""What cases promises about needs and about its own cases, and how a broken promise is healed."""

from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.repository import casework as repository
from services.cases.repository import standing
from services.cases.rules.standing import casework_as_policy_says, part_of_a_need
from services.cases.service import owners
from shared.kit.copies import rows_are_copied
from shared.kit.promises import Difference, Promise
from shared.kit.standing import Subjects


async def _watch(session: AsyncSession, difference: Difference) -> None:
    case = await repository.case_by_id(session, UUID(difference.subject), lock=True)
    if case is not None:
        await owners.watch(session, case)


def _unwatched() -> Subjects:
    return standing.unwatched_cases(owners.UNOWNED)


NEEDS: Final = Promise(name="cases.needs_are_known", theirs="needs.need", ours=standing.needs_kept, replays="id")
POLICY: Final = Promise(
    name="cases.casework_by_policy_is_a_case", theirs="needs.need", ours=standing.casework_kept,
    judge=casework_as_policy_says, replays="id",
)  # fmt: skip
PARTS: Final = Promise(
    name="cases.a_part_of_a_case_is_a_need", theirs="needs.need", ours=standing.parts_kept, judge=part_of_a_need
)
UNOWNED: Final = Promise(name="cases.nobody_waits_unheard", ours=_unwatched, mend=_watch)
REFERENCE: Final = rows_are_copied("cases")
