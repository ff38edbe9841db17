"""Files of needs, over the counter."""

from typing import Any

from fastapi import Request

from services.needs.schemas.needs import NeedBatchAnswer
from services.needs.service.batches import REGISTRATIONS
from shared.kit.access import Who, may
from shared.kit.bulk.kinds import Sender
from shared.kit.bulk.receiving import MOST_BYTES
from shared.kit.bulk.room import ACCEPTED, rows_body, take_batch
from shared.kit.edge import Room, retry_safe
from shared.schemas.access import Action
from shared.schemas.batches import BatchView, RowAnswer

router = Room(prefix="/v1/needs", tags=["needs"])
ROWS_BODY = rows_body(
    "JSON lines, one object a line, or CSV (UTF-8 or GB18030) whose header names the fields, `;` between the values of"
    " a list and a dot before a field within a field. Each row as POST /needs/v1/needs takes it, and with a"
    " `client_reference`: your own key of this need.",
    lines='{"client_reference": "12345-2026-0001", "words": "想找人送餐。", "channel": "hotline", "division":'
    ' "361002100"}\n',
    table="client_reference,words,channel,division,resident.name\r\n"
    "12345-2026-0001,想找人送餐。,hotline,361002100,王秀兰\r\n",
)


@router.post(
    "/batch", dependencies=[may(Action.IMPORT_NEEDS)], summary="Register many needs", openapi_extra=ROWS_BODY,
    max_body_size=MOST_BYTES, response_model=NeedBatchAnswer, responses=ACCEPTED,
)  # fmt: skip
@retry_safe
async def register_needs(http: Request, who: Who) -> Any:
    """Up to 100,000 needs in one request; each row is answered, and a bad one spoils none of the others.

    Up to 500 rows are answered at once (200). More (or with `Prefer: respond-async`) is taken whole, answered 202,
    and written in pieces: follow it at `Location`. An interrupted file can be sent again safely: a row whose
    `client_reference` you sent before is unchanged, and no second need is made. Another content under the same one is
    refused.
    """
    return await take_batch(http, REGISTRATIONS, Sender(who, ""), _answered)


def _answered(batch: BatchView, rows: list[RowAnswer]) -> NeedBatchAnswer:
    return NeedBatchAnswer(id=batch.id, counts=batch.counts, rows=rows)
