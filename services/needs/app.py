"""The service of needs, wired."""

from services.needs import handlers, timers
from services.needs.api import batches, episodes, needs, reference, residents, tracking
from services.needs.repository import standing
from services.needs.service import reconciling
from services.needs.service.batches import REGISTRATIONS
from services.needs.service.streams import STREAM
from services.needs.settings import Settings
from shared.kit.bulk import room as bulk
from shared.kit.service import Service
from shared.schemas.access import Action
from shared.schemas.facts.needs import AuditSealed

service = Service(
    name="needs",
    title="Needs · 需求采集",
    description="A person's words become a need, with clocks that run until somebody has helped.",
    settings=Settings,
    seals=AuditSealed,
    routers=(
        batches.router,
        needs.router,
        episodes.router,
        residents.router,
        residents.twin,
        reference.router,
        tracking.router,
        bulk.router(Action.READ_IMPORTS),
    ),
    bulk=(REGISTRATIONS,),
    ears=(handlers,),
    timers=(timers,),
    stream=STREAM,
    tells=(standing,),
    promises=(reconciling,),
)
app, internal = service.build()
