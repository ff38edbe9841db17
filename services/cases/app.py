"""The service of cases, wired."""

from services.cases import handlers, timers
from services.cases.api import attachments, casework, plans, records, stations, workers
from services.cases.repository import standing
from services.cases.service import reconciling
from services.cases.service.streams import STREAM
from services.cases.settings import Settings
from shared.kit.service import Service
from shared.schemas.facts.cases import AuditSealed

service = Service(
    name="cases",
    title="Cases · 服务管理",
    description="Who does: stations and their workers, and casework from intake to what became of it.",
    settings=Settings,
    seals=AuditSealed,
    routers=(stations.router, workers.router, casework.router, records.router, plans.router, attachments.router),
    ears=(handlers,),
    timers=(timers,),
    stream=STREAM,
    tells=(standing,),
    promises=(reconciling,),
)
app, internal = service.build()
