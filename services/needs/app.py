"""The service of needs, wired."""

from services.needs import handlers, timers
from services.needs.api import episodes, needs, reference, residents, tracking
from services.needs.repository import standing
from services.needs.service import reconciling
from services.needs.service.streams import STREAM
from services.needs.settings import Settings
from shared.kit.service import Service
from shared.schemas.facts.needs import AuditSealed

service = Service(
    name="needs",
    title="Needs · 需求采集",
    description="A person's words become a need, with clocks that run until somebody has helped.",
    settings=Settings,
    seals=AuditSealed,
    routers=(needs.router, episodes.router, residents.router, residents.twin, reference.router, tracking.router),
    ears=(handlers,),
    timers=(timers,),
    stream=STREAM,
    tells=(standing,),
    promises=(reconciling,),
)
app, internal = service.build()
