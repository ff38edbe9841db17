"""The service of insights, wired."""

from services.insights import handlers, timers
from services.insights.api import figures, heatmap, lists
from services.insights.service import reconciling
from services.insights.settings import Settings
from shared.kit.service import Service
from shared.schemas.facts.insights import AuditSealed

service = Service(
    name="insights",
    title="Insights · 数据决策",
    description="What has happened, counted: response times, indicators, the three lists, packages, the heat map.",
    settings=Settings,
    seals=AuditSealed,
    routers=(figures.router, lists.router, heatmap.router),
    ears=(handlers,),
    timers=(timers,),
    promises=(reconciling,),
)
app, internal = service.build()
