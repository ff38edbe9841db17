"""Providers and what they give, over the counter."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Request, Response

from services.matching.api.lines import MOST_BYTES, lines_body, lines_sent
from services.matching.schemas.resources import (
    BatchAnswer,
    BatchRow,
    ExternalId,
    ProvidersView,
    ResourceFilter,
    ResourceForm,
    ResourcePut,
    ResourceView,
)
from services.matching.service import batches, providers, resources
from shared.kit.access import may
from shared.kit.contract import refuses
from shared.kit.edge import Room, Transaction, moment_of, retry_safe
from shared.kit.paging import Page, PageCut
from shared.kit.preconditions import tag
from shared.schemas.access import Action
from shared.schemas.vocabulary import ResourceStatus

router = Room(prefix="/v1", tags=["resources"])
Slug = Annotated[str, Path(pattern="^[a-z][a-z_]{1,60}$", description="The provider, as /providers names it.")]
OwnKey = Annotated[ExternalId, Path(description="The provider's own key of the resource.")]
LINES_BODY = lines_body(
    f"One object a line, each as the PUT takes it and with its `external_id`: {BatchRow.__doc__}",
    example='{"external_id": "meals-1", "name": "助餐", "…": "…"}\n',
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
    openapi_extra=LINES_BODY, max_body_size=MOST_BYTES,
)  # fmt: skip
@retry_safe
async def put_batch(slug: Slug, http: Request) -> BatchAnswer:
    """Up to 5,000 listings as JSON lines; each line is answered, and a bad one spoils none of the others.

    Written in pieces of at most 1,000 lines. The file can be sent again safely: what is the same is unchanged.
    """
    body = await lines_sent(http)
    return await batches.put_batch(
        http.app.state.house.database, http.state.context, slug, body, moment=moment_of(http)
    )


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
