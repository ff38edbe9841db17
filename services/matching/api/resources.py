"""Providers and what they give, over the counter."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query, Request, Response

from services.matching.schemas.resources import (
    BatchAnswer,
    ExternalId,
    ListingAnswer,
    ProvidersView,
    ResourceFilter,
    ResourceForm,
    ResourcePut,
    ResourceView,
)
from services.matching.service import batches, providers, resources
from shared.kit.access import Who, may
from shared.kit.bulk.kinds import Sender
from shared.kit.bulk.receiving import MOST_BYTES
from shared.kit.bulk.room import ACCEPTED, rows_body, take_batch
from shared.kit.contract import refuses
from shared.kit.edge import Room, Transaction, retry_safe
from shared.kit.paging import Page, PageCut
from shared.kit.preconditions import tag
from shared.schemas.access import Action
from shared.schemas.batches import BatchView, RowAnswer
from shared.schemas.vocabulary import ResourceStatus

router = Room(prefix="/v1", tags=["resources"])
Slug = Annotated[str, Path(pattern="^[a-z][a-z_]{1,60}$", description="The provider, as /providers names it.")]
OwnKey = Annotated[ExternalId, Path(description="The provider's own key of the resource.")]
ROWS_BODY = rows_body(
    "JSON lines, one object a line, or CSV (UTF-8 or GB18030) whose header names the fields, `;` between the values of"
    " a list and a dot before a field within a field. Each row as the PUT takes it, and with its `external_id`.",
    lines='{"external_id": "a-1", "name": "助餐", "category": "meals", "unit": "person_time", "areas": ["361002"]}\n',
    table="external_id,name,category,unit,areas\r\na-1,助餐,meals,person_time,361002;361003\r\n",
)


@router.get("/providers", dependencies=[may(Action.READ_PROVIDERS)], summary="Who gives")
async def read_providers(
    session: Transaction,
    after: Annotated[str | None, Query(max_length=80, description="The `next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ProvidersView:
    """The departments and all others who give, by slug. A department is one reference row."""
    return await providers.providers(session, after=after, limit=limit)


@router.put(
    "/providers/{slug}/resources/{external_id}", dependencies=[may(Action.PUSH_RESOURCE)], summary="List a resource",
    responses=refuses(409),
)  # fmt: skip
async def put_resource(
    slug: Slug, external_id: OwnKey, form: ResourceForm, session: Transaction, response: Response
) -> ResourcePut:
    """Publish a resource under your own key, or change it; the same body again is no change and nobody is told.

    No If-Match: the key is yours, and the last one sent counts. A lower capacity takes back only what is free.
    """
    put = await resources.put_resource(session, slug, external_id, form)
    tag(response, put.version)
    return put


@router.post(
    "/providers/{slug}/resources/batch", dependencies=[may(Action.PUSH_RESOURCE)], summary="List many resources",
    openapi_extra=ROWS_BODY, max_body_size=MOST_BYTES, response_model=BatchAnswer, responses=ACCEPTED,
)  # fmt: skip
@retry_safe
async def put_batch(slug: Slug, http: Request, who: Who) -> Any:
    """Up to 100,000 listings in one request; each row is answered, and a bad one spoils none of the others.

    Up to 5,000 rows are answered at once (200). More (or with `Prefer: respond-async`) is taken whole, answered 202,
    and written in pieces of at most 1,000 rows: follow it at `Location`. An interrupted file can be sent again safely:
    nothing is doubled, and what is the same is unchanged.
    """
    await batches.may_list(http.app.state.house.database, http.state.context, slug)
    return await take_batch(http, batches.LISTINGS, Sender(who, slug), _answered)


def _answered(batch: BatchView, rows: list[RowAnswer]) -> BatchAnswer:
    listed = [ListingAnswer(**vars(row), external_id=row.client_reference) for row in rows]
    return BatchAnswer(id=batch.id, counts=batch.counts, rows=listed)


@router.get("/resources", dependencies=[may(Action.READ_RESOURCES)], summary="What is given")
async def read_resources(
    session: Transaction,
    page: PageCut,
    provider: Annotated[str | None, Query(max_length=60)] = None,
    category: Annotated[str | None, Query(max_length=40)] = None,
    division: Annotated[
        str | None, Query(pattern=r"^\d{4,12}$", description="Only what serves this division (any level).")
    ] = None,
    status: ResourceStatus | None = None,
) -> Page[ResourceView]:
    """Listings with what is left of them, oldest first. Asking what there is needs no person."""
    wanted = ResourceFilter(provider=provider, category=category, division=division, status=status)
    return await resources.resources(session, page, wanted)


@router.get("/resources/{id}", dependencies=[may(Action.READ_RESOURCES)], summary="One listing")
async def read_resource(id: UUID, session: Transaction, response: Response) -> ResourceView:
    """A resource with its conditions and what is left of it."""
    resource = await resources.resource_view(session, id)
    tag(response, resource.version)
    return resource
