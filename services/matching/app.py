"""The service of matching, wired."""

from services.matching import handlers, timers
from services.matching.api import candidates, feed, orders, packages, resources
from services.matching.repository import standing
from services.matching.service import reconciling
from services.matching.service.batches import LISTINGS
from services.matching.service.streams import STREAM
from services.matching.settings import Settings
from shared.kit.bulk import room as bulk
from shared.kit.service import Service
from shared.schemas.facts.matching import AuditSealed

service = Service(
    name="matching",
    title="Matching · 资源匹配",
    description="What departments and others give, who is offered it, and the order that carries it.",
    settings=Settings,
    seals=AuditSealed,
    routers=(
        resources.router,
        packages.router,
        candidates.router,
        orders.router,
        feed.router,
        bulk.router(LISTINGS.action),
    ),
    bulk=(LISTINGS,),
    ears=(handlers,),
    timers=(timers,),
    stream=STREAM,
    tells=(standing,),
    promises=(reconciling,),
)
app, internal = service.build()
