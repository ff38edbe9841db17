"""What insights promises: its rows are what everybody tells, and are made anew from the facts of their subject."""

from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.insights.repository import standing, writing
from shared.kit.copies import rows_are_copied
from shared.kit.promises import Difference, Promise


async def _right_sum(session: AsyncSession, difference: Difference) -> None:
    if difference.ours is not None:
        lacking = difference.ours["summed"] - difference.ours["said"]
        await writing.add_taken(session, UUID(difference.subject), lacking)


NEEDS: Final = Promise(name="insights.needs_are_as_told", theirs="needs.need", ours=standing.needs_kept, replays="id")
PEOPLE: Final = Promise(
    name="insights.people_are_as_told", theirs="needs.resident", ours=standing.people_kept, replays="id"
)
ORDERS: Final = Promise(
    name="insights.orders_are_as_told", theirs="matching.order", ours=standing.orders_kept, replays="id"
)
RESOURCES: Final = Promise(
    name="insights.resources_are_as_told", theirs="matching.resource", ours=standing.resources_kept, replays="id"
)
PACKAGES: Final = Promise(
    name="insights.packages_are_as_told", theirs="matching.package", ours=standing.packages_kept, replays="id"
)
SURVEYS: Final = Promise(
    name="insights.surveys_are_as_told", theirs="feedback.survey", ours=standing.surveys_kept, replays="id"
)
COMPLAINTS: Final = Promise(
    name="insights.complaints_are_as_told", theirs="feedback.complaint", ours=standing.complaints_kept, replays="id"
)
SUGGESTIONS: Final = Promise(
    name="insights.suggestions_are_as_told", theirs="feedback.suggestion", ours=standing.suggestions_kept, replays="id"
)
SERVICES: Final = Promise(
    name="insights.services_are_as_told", theirs="cases.service", ours=standing.services_kept, replays="case_id"
)
WORKERS: Final = Promise(
    name="insights.workers_are_as_told", theirs="cases.worker", ours=standing.workers_kept, replays="id"
)
REFERENCE: Final = rows_are_copied("insights")
# The last: what a wrong order took is put right with it, and what is left then is the sum's own fault.
SUMS: Final = Promise(name="insights.what_is_taken_is_what_orders_take", ours=standing.wrong_sums, mend=_right_sum)
